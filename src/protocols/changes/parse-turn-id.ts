import type { TurnId } from "../../core/words/ids.ts";

/** Every name that an answer has for clients holds its turn's id. */
const NAME = /^(?:turn_|chatcmpl-|resp_|msg_)([0-9a-f]{24})$/;

/** The turn that a turn's, a chat completion's, a response's or a message's id names; undefined when it is none of them. */
export function parseTurnId(id: string): TurnId | undefined {
  const hex = NAME.exec(id)?.[1];
  // Proof: this is how turn ids are made. Whether there is one, and whose it is, the store knows.
  return hex === undefined ? undefined : (`turn_${hex}` as TurnId);
}
