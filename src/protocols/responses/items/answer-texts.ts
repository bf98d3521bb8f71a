/**
 * The text of one answer is split into message items wherever something else (a call, an activity, thinking) comes between. What
 * Claude says after that is a new paragraph: the answer's own text has a blank line between the two. The next item would begin
 * with that blank line, so it is left out there. This file has both directions, so that a client that sends the items back is
 * understood to have said exactly the answer's text.
 */

const GAP = "\n\n";
const GLUED = "msg_glue_";

export interface ItemText {
  readonly text: string;
  /** It continues the text before it without a blank line. */
  readonly isGlued: boolean;
}

/** Whether the message item with this id continues the one before it without a blank line. */
export function isGluedMessageId(id: unknown): boolean {
  return typeof id === "string" && id.startsWith(GLUED);
}

/** The prefix of the id of a message item. */
export function messageIdPrefix(isGlued: boolean): string {
  return isGlued ? GLUED.slice(0, -1) : "msg";
}

/** Joins the texts of an answer's message items into its text. */
export function joinAnswerTexts(items: readonly ItemText[]): string {
  return items.reduce(
    (before, { text, isGlued }) => before + (isGlued || !needsGap(before) ? text : GAP + text),
    "",
  );
}

/** Splits the text of an answer, which arrives in pieces, into the texts of its message items. */
export class AnswerTexts {
  /** The last character of all text so far. */
  #last = "";
  #isBeginning = false;
  #held = "";

  /** Called before the first piece of each item. */
  begin(): void {
    this.#isBeginning = needsGap(this.#last);
    this.#held = "";
  }

  /** What a piece adds to the item; undefined until enough has arrived to know how the item begins. */
  add(piece: string): ItemText | undefined {
    this.#last = piece.slice(-1) || this.#last;
    if (!this.#isBeginning) return piece === "" ? undefined : { text: piece, isGlued: false };
    this.#held += piece;
    if (this.#held.length < GAP.length && GAP.startsWith(this.#held)) return undefined;
    return this.#decide();
  }

  /** The text that is still held back when the item ends. */
  end(): ItemText | undefined {
    return this.#isBeginning && this.#held !== "" ? this.#decide() : undefined;
  }

  #decide(): ItemText {
    this.#isBeginning = false;
    const isGlued = !this.#held.startsWith(GAP);
    return { text: isGlued ? this.#held : this.#held.slice(GAP.length), isGlued };
  }
}

/** After text that does not end with a line break, a blank line follows. */
function needsGap(text: string): boolean {
  return text !== "" && !text.endsWith("\n");
}
