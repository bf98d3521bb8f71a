import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";

import { ClaimRefused } from "../../core/ports/engine.ts";

/** Finds out whether a spare failed to become the session that it was claimed for. */
export class ClaimWatch {
  #error: unknown;

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

  /** Whether the message is the error with which a refused spare answers its first message. */
  isRefusal(message: SDKMessage): boolean {
    if (message.type !== "result" || !message.is_error) return false;
    const text = message.subtype === "success" ? message.result : message.errors.join(" ");
    if (!text.startsWith("not_claimed")) return false;
    this.#error ??= new Error(text);
    return true;
  }
}
