import type { CacheMark } from "./cache-mark.ts";
import type { ClientTools } from "./client-tool.ts";
import type { PrincipalId, TurnId } from "./ids.ts";
import type { Message, TextPart } from "./message.ts";
import type { OutputFormat } from "./output-format.ts";
import type { ModelTarget } from "./profile.ts";
import type { Sampling } from "./sampling.ts";
import type { ServerTools } from "./server-tools.ts";

/** One request for one turn, the same for every protocol. */
export interface TurnRequest {
  readonly turnId: TurnId;
  readonly principalId: PrincipalId;
  /** Which protocol the request came through; for records only, nothing depends on it. */
  readonly protocol: string;
  /** The program that asks, as it names itself; for the operator only. */
  readonly client?: string;
  readonly target: ModelTarget;
  /** The conversation's name, when the client gave one. */
  readonly conversationName?: string;
  /** Its conversation is held already, under this name (`conversation-lock`); absent: the turn holds it under its own id. */
  readonly heldAs?: string;
  /** The name was part of the model id, where a client cannot change it from chat to chat. */
  readonly isNameFromModel?: true;
  /** Its request has begun another turn before, so that it counts as no further request. */
  readonly isFurther?: true;
  /** Of the turns that a request begins at once, those that begin after this one. */
  readonly alongside?: readonly TurnRequest[];
  /** No turn will continue from this one: it is not recorded, and its session ends with it. */
  readonly isOneOff?: true;
  /** The messages are the complete history: nothing is added from the record of a named conversation. */
  readonly isWholeHistory?: true;
  /** An empty system text means none, even if a named conversation has one on record. */
  readonly isWholeSystemText?: true;
  /** Leading system and developer messages, joined by blank lines; empty when there are none. */
  readonly systemText: string;
  /** The same text in pieces, where the client has marked some of them for the prompt cache. */
  readonly systemParts?: readonly TextPart[];
  /** The client's mark on the request as a whole: the model's API puts it as far behind as it can. */
  readonly cache?: CacheMark;
  /** The messages after those: the history as the client knows it, ending with the new messages. Never empty. */
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  /** Who asks for it, as the model's API is told: at most 256 characters that say nothing else of a person. */
  readonly endUserId?: string;
  readonly tools: ClientTools;
  readonly outputFormat?: OutputFormat;
  readonly serverTools?: ServerTools;
  /** The turn runs this slash command or skill (named without the slash) with the new text as its arguments. */
  readonly command?: string;
  /**
   * How calls that need a person's approval are handled. `live`: anyone with the right is asked while the turn waits. `client`:
   * the client itself, which has the right, is asked; the turn ends, and the next one brings the answer.
   */
  readonly approvals?: "live" | "client";
  /** The files that the turn created or changed are appended to the answer's text; see `append-file-blocks`. */
  readonly includesFiles?: true;
  /** The answer's text describes what Claude Code does by itself; see `tell-work-in-text`. */
  readonly tellsWorkInText?: true;
  /** The client's own deadline for the whole turn, including waiting; milliseconds. */
  readonly timeoutMs?: number;
}
