import type { TurnId } from "../../core/words/ids.ts";

/** Every id that an answer has for clients contains its turn's id. */
const NAME = /^(?:turn_|chatcmpl-|resp_|msg_)([0-9a-f]{24})$/;

/** The turn of this id, which is that of a turn, chat completion, response or message; undefined for any other id. */
export function parseTurnId(id: string): TurnId | undefined {
  const hex = NAME.exec(id)?.[1];
  // Proof: turn ids are made this way. The store knows whether the turn exists and whose it is.
  return hex === undefined ? undefined : (`turn_${hex}` as TurnId);
}
