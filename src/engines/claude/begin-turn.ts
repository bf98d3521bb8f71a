import type { ClientTool } from "../../core/words/client-tool.ts";
import { fitTurn, type RoundThinking } from "../../core/models/fit-turn.ts";
import { type Forcing, isForced, offeredTools } from "../../core/models/forced-tools.ts";
import type { ModelAbilities } from "../../core/models/model-abilities.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import type { TurnInput } from "../../core/ports/engine.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";
import type { McpServerConfig } from "./claude-messages.ts";
import { commandText } from "./command-text.ts";
import { CONTINUE_WORDS, prefilledMessages, STAND_IN } from "./content/continued-answer.ts";
import { thinkingOfRound } from "./content/round-thinking.ts";
import type { ClientToolDesk } from "./tools/client-tool-desk.ts";
import { outputInstruction, toApiSchema } from "./output-format.ts";
import type { RefusedSchemas } from "./refused-schemas.ts";
import { demandOf } from "./tools/demanded-call.ts";
import { turnSettings } from "./turn-settings.ts";
import { toUserContent, type UserContent } from "./content/user-content.ts";

/** What a process is to be given for one turn. */
export interface TurnBeginning {
  readonly content: UserContent;
  readonly settings: ReturnType<typeof turnSettings>;
  /** The servers of the client's tools, when they are others than in the turn before. */
  readonly servers: Record<string, McpServerConfig> | undefined;
}

/** What decides how a turn is said. */
export interface ContentMeets {
  /** Of the model that answers. */
  readonly abilities: ModelAbilities;
  /** Those that the API does not enforce. */
  readonly schemas: Pick<RefusedSchemas, "has">;
}

/** What the turn meets. */
export interface HeldByProcess extends ContentMeets {
  readonly history: readonly TranscriptEntry[];
  /** Claude Code's own tools are on. */
  readonly hasTools: boolean;
  /** Claude Code is in the middle of its work: nothing is said to it but what it waits for. */
  readonly isContinued?: boolean;
}

export function beginTurn(turn: TurnInput, desk: ClientToolDesk, held: HeldByProcess): TurnBeginning {
  const schema = enforcedSchema(turn, held);
  const prefilled = prefill(turn, held, schema !== undefined);
  const fitted = fitTurn(
    { ...turn, isPrefilled: prefilled !== undefined, round: roundOf(turn, held) },
    held.abilities,
  );
  const list = offeredTools(turn.tools, held.abilities);
  const content = prefilled ? STAND_IN : sayTurn(turn, fitted.forcing, schema !== undefined);
  const fields = {
    ...exactTools(list, desk, held),
    ...(schema && { output_config: { format: { type: "json_schema", schema } } }),
    ...(prefilled && { messages: prefilled }),
  };
  const { stopSequences = [] } = turn.sampling;
  return {
    content,
    settings: turnSettings({ fitted, stopSequences, tools: { ...turn.tools, list } }, fields),
    servers: desk.offer(list, turn.serverTools?.mcpServers, turn.mcpServers),
  };
}

/** The client's history ends with an answer, and that is to go on. */
export function continuesAnswer({ messages, command, serverTools }: TurnInput): boolean {
  return messages.length === 0 && command === undefined && !serverTools?.approvals.length;
}

/** The whole conversation for a model that goes on from an answer by itself, where nothing is to be said besides. */
function prefill(turn: TurnInput, held: HeldByProcess, isFormatEnforced: boolean) {
  const { abilities, history, hasTools, isContinued } = held;
  if (!continuesAnswer(turn) || !abilities.takesPrefill || hasTools || isContinued) return undefined;
  if (isForced(turn.tools) || isFormatEnforced || instructions(turn, false).length > 0) return undefined;
  return prefilledMessages(history);
}

/** What the turn says to Claude. */
export function turnContent(turn: TurnInput, held: ContentMeets): UserContent {
  return sayTurn(turn, fitTurn(turn, held.abilities).forcing, enforcedSchema(turn, held) !== undefined);
}

function sayTurn(turn: TurnInput, forcing: Forcing, isFormatEnforced: boolean): UserContent {
  if (turn.command !== undefined) return commandText(turn.command, turn.messages);
  return toUserContent(turn.messages, [
    ...(continuesAnswer(turn) ? [CONTINUE_WORDS] : []),
    ...(forcing === "words" ? [demandOf(turn.tools)] : []),
    ...instructions(turn, isFormatEnforced),
  ]);
}

/** The schema that the API holds the answer to; undefined when Claude is to be told in words. */
function enforcedSchema({ outputFormat }: TurnInput, { abilities, schemas }: ContentMeets) {
  if (outputFormat?.type !== "json-schema" || !abilities.takesOutputFormat) return undefined;
  return schemas.has(outputFormat.schema) ? undefined : toApiSchema(outputFormat.schema);
}

/** The tools word by word, where the model would see them otherwise. Claude Code's own have no place in a list of ours. */
function exactTools(list: readonly ClientTool[], desk: ClientToolDesk, held: HeldByProcess) {
  if (held.hasTools || desk.showsAsDeclared(list)) return {};
  return { tools: list.map(toToolField) };
}

/** A tool in the Messages API. */
function toToolField({ name, description, inputSchema }: ClientTool): Record<string, unknown> {
  return { name, ...(description === undefined ? {} : { description }), input_schema: inputSchema };
}

/** What the API has no field for is said to Claude in words. */
function instructions(turn: TurnInput, isFormatEnforced: boolean): readonly string[] {
  const { verbosity } = turn.sampling;
  const format: OutputFormat | undefined = isFormatEnforced ? undefined : turn.outputFormat;
  return [
    ...(format ? [outputInstruction(format)] : []),
    // Between two rounds of tools Claude still knows.
    ...(verbosity && VERBOSITY[verbosity] && !bringsResults(turn) ? [VERBOSITY[verbosity]] : []),
  ];
}

/** Undefined where the turn begins a new round. */
export function roundOf(
  turn: TurnInput,
  { history }: Pick<HeldByProcess, "history">,
): RoundThinking | undefined {
  return bringsResults(turn) ? thinkingOfRound(history) : undefined;
}

/** Results of client tools come first. */
export function bringsResults(turn: TurnInput): boolean {
  return turn.messages[0]?.role === "tool";
}

const VERBOSITY: Readonly<Record<string, string>> = {
  low: "Answer as briefly as the question allows.",
  high: "Answer at length and in detail.",
};
