/** A text up to its first stop sequence, or a piece of it that certainly belongs to none. */
export interface Match {
  readonly text: string;
  /** The sequence that was hit; nothing after it counts. */
  readonly stopSequence?: string;
}

/** The beginning of one or more sequences. */
interface Beginning {
  readonly text: string;
  /** Beginnings with one more character, by this character. */
  readonly longer: Map<number, Beginning>;
  /** The longest shorter beginning that this one ends with; undefined for the empty one. */
  shorter: Beginning | undefined;
  /** The longest whole sequence that this one ends with. */
  hit: string | undefined;
}

/**
 * Looks for stop sequences in a text that comes in pieces. The first one to be complete is hit; if several are complete at the
 * same character, the longest. Each character is looked at once, however many sequences there are and however the text is split
 * (Aho–Corasick).
 */
export class StopMatcher {
  readonly #nothing: Beginning;
  /** The longest beginning that the text ends with. It is held back because it could become a sequence. */
  #held: Beginning;

  /** Sequences that are empty or contain half a character are ignored: Claude's text has only whole characters. */
  constructor(stopSequences: readonly string[]) {
    this.#nothing = this.#held = buildBeginnings(
      stopSequences.filter((text) => text !== "" && text.isWellFormed()),
    );
  }

  /** How many characters are held back because they could begin a stop sequence. */
  get heldLength(): number {
    return this.#held.text.length;
  }

  push(text: string): Match {
    const held = this.#held.text;
    for (let index = 0; index < text.length; index += 1) {
      this.#held = next(this.#held, text.charCodeAt(index));
      const { hit } = this.#held;
      if (hit === undefined) continue;
      this.#held = this.#nothing;
      return { text: join(held, text, held.length + index + 1 - hit.length), stopSequence: hit };
    }
    return { text: join(held, text, held.length + text.length - this.heldLength) };
  }

  /** Ends the text; returns what was held back. */
  flush(): string {
    const held = this.#held.text;
    this.#held = this.#nothing;
    return held;
  }
}

function next(from: Beginning, code: number): Beginning {
  let beginning = from;
  for (;;) {
    const longer = beginning.longer.get(code);
    if (longer) return longer;
    if (!beginning.shorter) return beginning;
    beginning = beginning.shorter;
  }
}

/** Builds all beginnings; returns the empty one, from which the others are reached. */
function buildBeginnings(sequences: readonly string[]): Beginning {
  const nothing: Beginning = { text: "", longer: new Map(), shorter: undefined, hit: undefined };
  for (const sequence of sequences) {
    let beginning = nothing;
    for (let index = 0; index < sequence.length; index += 1) {
      const code = sequence.charCodeAt(index);
      let longer = beginning.longer.get(code);
      if (!longer) {
        longer = { text: sequence.slice(0, index + 1), longer: new Map(), shorter: nothing, hit: undefined };
        beginning.longer.set(code, longer);
      }
      beginning = longer;
    }
    beginning.hit = sequence;
  }
  // Shorter ones first, because longer ones build on what these end with. The list grows while it is iterated.
  const waiting = [...nothing.longer.values()];
  for (const beginning of waiting) {
    for (const [code, longer] of beginning.longer) {
      longer.shorter = beginning.shorter ? next(beginning.shorter, code) : nothing;
      longer.hit ??= longer.shorter.hit;
      waiting.push(longer);
    }
  }
  return nothing;
}

/** The first `length` characters of the two texts joined, without joining more than that. */
function join(held: string, text: string, length: number): string {
  if (length <= held.length) return held.slice(0, length);
  return held + text.slice(0, length - held.length);
}
