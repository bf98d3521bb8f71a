import type { ClientTools } from "./client-tool.ts";
import type { PrincipalId, TurnId } from "./ids.ts";
import type { Message } from "./message.ts";
import type { OutputFormat } from "./output-format.ts";
import type { ModelTarget } from "./profile.ts";
import type { Sampling } from "./sampling.ts";
import type { ServerTools } from "./server-tools.ts";

/** One request for one turn, the same for every protocol. */
export interface TurnRequest {
  readonly turnId: TurnId;
  readonly principalId: PrincipalId;
  /** Which protocol asked, for records only; nothing decides on it. */
  readonly protocol: string;
  readonly target: ModelTarget;
  /** The conversation's name, when the client gave one. */
  readonly conversationName?: string;
  /** The name stood in the model's id, where a client cannot change it from chat to chat. */
  readonly isNameFromModel?: true;
  /** Nothing goes on from this turn: it is not recorded, and its session ends with it. */
  readonly isOneOff?: true;
  /** The messages are all that was said: the record of a named conversation adds none. */
  readonly isWholeHistory?: true;
  /** An empty system text means none, also where a named conversation has one on record. */
  readonly isWholeSystemText?: true;
  /** Leading system and developer messages, joined by blank lines; empty when there are none. */
  readonly systemText: string;
  /** What follows them: the history as the client knows it, ending with what is new. Never empty. */
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  readonly tools: ClientTools;
  readonly outputFormat?: OutputFormat;
  readonly serverTools?: ServerTools;
  /** The turn runs this slash command or skill, named without the slash, with the new text as its arguments. */
  readonly command?: string;
  /**
   * How calls that need a person's word are asked about. `live`: of whoever has the right, while the turn waits. `client`: of
   * the client itself, which may; the turn ends, and the next one brings the answer.
   */
  readonly approvals?: "live" | "client";
  /** The answer's text ends with the files that the turn created or changed; see `append-file-blocks`. */
  readonly includesFiles?: true;
  /** The answer's text tells what Claude Code does by itself; see `tell-work-in-text`. */
  readonly tellsWorkInText?: true;
  /** The client's own deadline for the whole turn, waiting included; milliseconds. */
  readonly timeoutMs?: number;
}
