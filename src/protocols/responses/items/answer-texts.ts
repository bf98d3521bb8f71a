/**
 * The text of one answer is cut into message items wherever something else (a call, an activity, thinking) stands between. What
 * Claude says after that is a new paragraph: in the answer's own text a blank line stands between the two, which an item would
 * begin with, and which is left out there. Both directions are here, so that a client that sends the items back is understood to
 * have said the very text that the answer had.
 */

const GAP = "\n\n";
const GLUED = "msg_glue_";

export interface ItemText {
  readonly text: string;
  /** It goes on from the text before it without the blank line. */
  readonly isGlued: boolean;
}

/** Whether the message item of this id goes on from the one before it without a blank line. */
export function isGluedMessageId(id: unknown): boolean {
  return typeof id === "string" && id.startsWith(GLUED);
}

/** The prefix of the id of a message item. */
export function messageIdPrefix(isGlued: boolean): string {
  return isGlued ? GLUED.slice(0, -1) : "msg";
}

/** The text of an answer from those of its message items. */
export function joinAnswerTexts(items: readonly ItemText[]): string {
  return items.reduce(
    (before, { text, isGlued }) => before + (isGlued || !needsGap(before) ? text : GAP + text),
    "",
  );
}

/** Cuts the text of an answer, which comes in pieces, into those of its message items. */
export class AnswerTexts {
  /** The last character of all text so far. */
  #last = "";
  #isBeginning = false;
  #held = "";

  /** The next piece begins an item. */
  begin(): void {
    this.#isBeginning = needsGap(this.#last);
    this.#held = "";
  }

  /** What the item has of a piece; undefined until enough has come to know how the item begins. */
  add(piece: string): ItemText | undefined {
    this.#last = piece.slice(-1) || this.#last;
    if (!this.#isBeginning) return piece === "" ? undefined : { text: piece, isGlued: false };
    this.#held += piece;
    if (this.#held.length < GAP.length && GAP.startsWith(this.#held)) return undefined;
    return this.#decide();
  }

  /** What is still held when the item ends. */
  end(): ItemText | undefined {
    return this.#isBeginning && this.#held !== "" ? this.#decide() : undefined;
  }

  #decide(): ItemText {
    this.#isBeginning = false;
    const isGlued = !this.#held.startsWith(GAP);
    return { text: isGlued ? this.#held : this.#held.slice(GAP.length), isGlued };
  }
}

/** Text that does not end with a line break is followed by a blank line. */
function needsGap(text: string): boolean {
  return text !== "" && !text.endsWith("\n");
}
