/** A text up to its first stop sequence, or a piece of it that is certain not to be part of one. */
export interface Match {
  readonly text: string;
  /** The sequence that was hit; nothing after it counts. */
  readonly stopSequence?: string;
}

/**
 * Looks for stop sequences in a text that comes in pieces. The first one to be complete is hit; of those complete at the same
 * character the longest. Each character is looked at once for each sequence, however the text is split.
 */
export class StopMatcher {
  readonly #sequences: readonly Sequence[];

  /** A sequence with half a character in it never occurs: Claude's text has whole ones. */
  constructor(stopSequences: readonly string[]) {
    const usable = stopSequences.filter((text) => text !== "" && text.isWellFormed());
    this.#sequences = usable.map((text) => new Sequence(text));
  }

  /** How many characters are held back because they could begin a stop sequence. */
  get heldLength(): number {
    return Math.max(0, ...this.#sequences.map((sequence) => sequence.matched));
  }

  push(text: string): Match {
    const held = this.#held;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      const hit = this.#take(code);
      if (hit === undefined) continue;
      this.#reset();
      return { text: join(held, text, held.length + index + 1 - hit.length), stopSequence: hit };
    }
    return { text: join(held, text, held.length + text.length - this.heldLength) };
  }

  /** The text goes no further: gives what was held back. */
  flush(): string {
    const held = this.#held;
    this.#reset();
    return held;
  }

  /** What is held back is the beginning of a sequence. */
  get #held(): string {
    let longest: Sequence | undefined;
    for (const sequence of this.#sequences) {
      if (sequence.matched > (longest?.matched ?? 0)) longest = sequence;
    }
    return longest ? longest.text.slice(0, longest.matched) : "";
  }

  #take(code: number): string | undefined {
    let hit: string | undefined;
    for (const sequence of this.#sequences) {
      sequence.take(code);
      if (sequence.isComplete && sequence.text.length > (hit?.length ?? 0)) hit = sequence.text;
    }
    return hit;
  }

  #reset(): void {
    for (const sequence of this.#sequences) sequence.matched = 0;
  }
}

/** One sequence and how much of it the text ends with (Knuth, Morris and Pratt). */
class Sequence {
  readonly text: string;
  matched = 0;
  /** For each length of a beginning: the longest shorter beginning that it ends with. */
  readonly #fallbacks: readonly number[];

  constructor(text: string) {
    this.text = text;
    const fallbacks = [0, 0];
    let matched = 0;
    for (let index = 1; index < text.length; index += 1) {
      while (matched > 0 && text[index] !== text[matched]) matched = fallbacks[matched] ?? 0;
      if (text[index] === text[matched]) matched += 1;
      fallbacks.push(matched);
    }
    this.#fallbacks = fallbacks;
  }

  get isComplete(): boolean {
    return this.matched === this.text.length;
  }

  take(code: number): void {
    while (this.matched > 0 && this.text.charCodeAt(this.matched) !== code) {
      this.matched = this.#fallbacks[this.matched] ?? 0;
    }
    if (this.text.charCodeAt(this.matched) === code) this.matched += 1;
  }
}

/** The first `length` characters of the two, without joining what is not wanted. */
function join(held: string, text: string, length: number): string {
  if (length <= held.length) return held.slice(0, length);
  return held + text.slice(0, length - held.length);
}
