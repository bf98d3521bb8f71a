import type { FoundApproval } from "../ports/approvals.ts";

const MAX_COUNT = 500;
/** Inputs may be long, such as the whole text of a file. */
const MAX_INPUT_LENGTH = 16 * 1024 * 1024;

/** The most recently closed approvals, so that a late answer can be told what happened to its question. */
export class AnsweredApprovals {
  readonly #byId = new Map<string, { readonly found: FoundApproval; readonly inputLength: number }>();
  #totalLength = 0;

  add(found: FoundApproval): void {
    const inputLength = JSON.stringify(found.approval.input).length;
    this.#byId.set(found.approval.id, { found, inputLength });
    this.#totalLength += inputLength;
    for (const [id, oldest] of this.#byId) {
      if (this.#byId.size <= MAX_COUNT && this.#totalLength <= MAX_INPUT_LENGTH) return;
      this.#byId.delete(id);
      this.#totalLength -= oldest.inputLength;
    }
  }

  find(id: string): FoundApproval | undefined {
    return this.#byId.get(id)?.found;
  }
}
