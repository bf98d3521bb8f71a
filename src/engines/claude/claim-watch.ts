import { ClaimRefused } from "../../core/ports/engine-session.ts";
import type { ClaudeMessage } from "./claude-messages.ts";

/** Finds out whether a spare failed to become the session that it was claimed for. */
export class ClaimWatch {
  #error: unknown;
  /** Whether the process is known to have become the session. */
  #isSettled = false;

  /** `claimed` settles when the spare has become the session. */
  constructor(claimed: Promise<unknown>) {
    claimed.catch((error: unknown) => {
      // With `option_not_applied` the session runs anyway; the API then reports the error about the model itself.
      if (!String(error).includes("option_not_applied")) this.#error = error;
    });
  }

  /** Why the claim was refused. Nothing has reached the model in that case. */
  get refusal(): ClaimRefused | undefined {
    const cause = this.#error;
    if (cause === undefined) return undefined;
    // Refusals named `…_not_claimable` are about the folder's own settings.
    return new ClaimRefused(String(cause), String(cause).includes("_not_claimable"), { cause });
  }

  /** Takes note of what the process says. The first result that is not a refusal settles that the claim has succeeded. */
  see(message: ClaudeMessage): void {
    if (this.#isSettled || message.type !== "result") return;
    const text = message.subtype === "success" ? message.result : message.errors.join(" ");
    this.#isSettled = !(message.is_error && text.startsWith("not_claimed"));
    if (!this.#isSettled) this.#error ??= new Error(text);
  }
}
