import type { ClientTool } from "../../core/words/client-tool.ts";
import { fitTurn, type FittedTurn, type RoundThinking } from "../../core/models/fit-turn.ts";
import { type Forcing, howToForce, isForced, offeredTools } from "../../core/models/forced-tools.ts";
import type { ModelAbilities } from "../../core/models/model-abilities.ts";
import type { OutputFormat } from "../../core/words/output-format.ts";
import type { TurnInput } from "../../core/ports/engine-session.ts";
import type { TranscriptEntry } from "../../core/words/transcript.ts";
import type { McpServerConfig } from "./claude-messages.ts";
import { commandText } from "./command-text.ts";
import { type CacheControl, cacheControl } from "./content/cache-control.ts";
import {
  CONTINUE_WORDS,
  prefilledMessages,
  STAND_IN,
  WHOLE_ANSWER_WORDS,
} from "./content/continued-answer.ts";
import { endsInResults, thinkingOfRound } from "./content/round-thinking.ts";
import type { ClientToolDesk } from "./tools/client-tool-desk.ts";
import { outputInstruction, schemaOf, toApiSchema } from "./output-format.ts";
import type { RefusedSchemas } from "./refused-schemas.ts";
import { demandOf } from "./tools/demanded-call.ts";
import { turnSettings } from "./turn-settings.ts";
import { toUserContent, type UserContent } from "./content/user-content.ts";

/** What a process is given for one turn. */
export interface TurnBeginning {
  readonly content: UserContent;
  readonly settings: ReturnType<typeof turnSettings>;
  /**
   * The MCP servers of this turn, the one with the client's tools among them; undefined when they are the same as in the turn
   * before.
   */
  readonly servers: Record<string, McpServerConfig> | undefined;
  /** The API makes sure of the answer's form, and may refuse the form. */
  readonly isFormatEnforced: boolean;
}

/** What decides how a turn is worded. */
export interface ContentMeets {
  /** The abilities of the model that answers. */
  readonly abilities: ModelAbilities;
  /** The schemas that the API has refused to enforce. */
  readonly schemas: Pick<RefusedSchemas, "has">;
}

/** What the process holds when the turn begins. */
export interface HeldByProcess extends ContentMeets {
  readonly history: readonly TranscriptEntry[];
  /** Claude Code's own tools are on. */
  readonly hasTools: boolean;
  /** Claude Code is in the middle of its work and is told only what it waits for. */
  readonly isContinued?: boolean;
}

export function beginTurn(turn: TurnInput, desk: ClientToolDesk, held: HeldByProcess): TurnBeginning {
  const { content, prefilled, fitted, list, format } = wordTurn(turn, held);
  const fields = {
    ...exactTools(list, desk, held),
    ...format,
    ...(prefilled && { messages: prefilled }),
  };
  const { stopSequences = [] } = turn.sampling;
  return {
    content,
    settings: turnSettings({ fitted, stopSequences, tools: { ...turn.tools, list } }, fields),
    servers: desk.offer(list, turn.serverTools?.mcpServers, turn.mcpServers),
    isFormatEnforced: Object.keys(format).length > 0,
  };
}

/** A turn in the words that its model takes. */
export interface WordedTurn {
  /** What is said; only a stand-in when there are `prefilled` messages. */
  readonly content: UserContent;
  /** Those of Turnpike's own words in it. */
  readonly ownWords: readonly string[];
  /** The whole conversation, whose last answer the model continues by itself. */
  readonly prefilled: readonly TranscriptEntry[] | undefined;
  readonly fitted: FittedTurn;
  /** The tools that the model is offered. */
  readonly list: readonly ClientTool[];
  /** The request's field for the answer's format, where the API enforces it. */
  readonly format: Readonly<Record<string, unknown>>;
}

export function wordTurn(turn: TurnInput, held: HeldByProcess): WordedTurn {
  const schema = enforcedSchema(turn, held);
  const prefilled = prefill(turn, held, schema !== undefined);
  const fitted = fitTurn(
    { ...turn, isPrefilled: prefilled !== undefined, round: roundOf(turn, held) },
    held.abilities,
  );
  const words = prefilled ? [] : ownWords(turn, fitted.forcing, schema !== undefined);
  return {
    content: prefilled ? STAND_IN : sayTurn(turn, words),
    ownWords: words,
    prefilled,
    fitted,
    list: offeredTools(turn.tools, held.abilities),
    format: schema ? { output_config: { format: { type: "json_schema", schema } } } : {},
  };
}

/** The client's history ends with an answer, which is to be continued. */
export function continuesAnswer({ messages, command, serverTools }: TurnInput): boolean {
  return messages.length === 0 && command === undefined && !serverTools?.approvals.length;
}

/** The whole conversation, for a model that continues an answer by itself, when nothing else has to be said. */
function prefill(turn: TurnInput, held: HeldByProcess, isFormatEnforced: boolean) {
  const { abilities, history, hasTools, isContinued } = held;
  if (!continuesAnswer(turn) || !abilities.takesPrefill || hasTools || isContinued) return undefined;
  if (isForced(turn.tools) || isFormatEnforced || instructions(turn, false).length > 0) return undefined;
  return prefilledMessages(history);
}

/** What the turn says to Claude. */
export function turnContent(turn: TurnInput, held: ContentMeets): UserContent {
  const { forcing } = fitTurn(turn, held.abilities);
  return sayTurn(turn, ownWords(turn, forcing, enforcedSchema(turn, held) !== undefined));
}

function sayTurn({ command, messages }: TurnInput, words: readonly string[]): UserContent {
  return command === undefined ? toUserContent(messages, words) : commandText(command, messages);
}

function ownWords(turn: TurnInput, forcing: Forcing, isFormatEnforced: boolean): readonly string[] {
  if (turn.command !== undefined) return [];
  return [
    ...(continuesAnswer(turn) ? [turn.outputFormat ? WHOLE_ANSWER_WORDS : CONTINUE_WORDS] : []),
    ...(forcing === "words" ? [demandOf(turn.tools)] : []),
    ...instructions(turn, isFormatEnforced),
  ];
}

/** Which of Turnpike's own words, said in this turn or in one before, hold for this turn. */
export function wordsThatHold(turn: TurnInput, meets: ContentMeets): readonly string[] {
  const verbosity = verbosityWords(turn);
  return [
    ...(howToForce(turn.tools, meets.abilities) === "words" ? [demandOf(turn.tools)] : []),
    ...(turn.outputFormat && !enforcedSchema(turn, meets) ? [outputInstruction(turn.outputFormat)] : []),
    ...(verbosity === undefined ? [] : [verbosity]),
  ];
}

/** The schema that the API enforces on the answer; undefined when Claude is to be told in words. */
export function enforcedSchema({ outputFormat }: TurnInput, { abilities, schemas }: ContentMeets) {
  const schema = schemaOf(outputFormat);
  if (!schema || !abilities.takesOutputFormat || schemas.has(schema)) return undefined;
  return toApiSchema(schema);
}

/**
 * The tools exactly as declared, where the model would see them otherwise. A list of ours has no place for Claude Code's own
 * tools.
 */
function exactTools(list: readonly ClientTool[], desk: ClientToolDesk, held: HeldByProcess) {
  if (held.hasTools || desk.showsAsDeclared(list)) return {};
  return { tools: list.map((tool) => toToolField(tool)) };
}

type ToolField = CacheControl & Readonly<Record<string, unknown>>;

/** A tool in the form of the Messages API; of an `isEnforced` one the API makes sure that the arguments fit. */
export function toToolField(
  { name, description, inputSchema, ...marked }: ClientTool,
  isEnforced = false,
): ToolField {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    input_schema: inputSchema,
    ...(isEnforced && { strict: true }),
    ...cacheControl(marked),
  };
}

/** What the API has no field for is told to Claude in words. */
function instructions(turn: TurnInput, isFormatEnforced: boolean): readonly string[] {
  const verbosity = verbosityWords(turn);
  const format: OutputFormat | undefined = isFormatEnforced ? undefined : turn.outputFormat;
  return [
    ...(format ? [outputInstruction(format)] : []),
    // With results of tools no reminder is needed: Claude still knows.
    ...(verbosity === undefined || bringsResults(turn) ? [] : [verbosity]),
  ];
}

function verbosityWords({ sampling: { verbosity } }: TurnInput): string | undefined {
  return verbosity && VERBOSITY[verbosity];
}

/** Undefined when the turn begins a new round. */
export function roundOf(
  turn: TurnInput,
  { history }: Pick<HeldByProcess, "history">,
): RoundThinking | undefined {
  return bringsResults(turn) || endsInResults(history) ? thinkingOfRound(history) : undefined;
}

/** Whether the turn brings results of client tools, which come first. */
export function bringsResults(turn: TurnInput): boolean {
  return turn.messages[0]?.role === "tool";
}

const VERBOSITY: Readonly<Record<string, string>> = {
  low: "Answer as briefly as the question allows.",
  high: "Answer at length and in detail.",
};
