import { offeredTools } from "../../../core/models/forced-tools.ts";
import { dropsRoundThinking } from "../../../core/models/fit-turn.ts";
import type { SessionSpec, TurnInput } from "../../../core/ports/engine-session.ts";
import type { ClientTool } from "../../../core/words/client-tool.ts";
import type { TextPart } from "../../../core/words/message.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { sha256 } from "../../../lib/sha256.ts";
import {
  type ContentMeets,
  enforcedSchema,
  roundOf,
  toToolField,
  wordsThatHold,
  wordTurn,
} from "../begin-turn.ts";
import type { FlagSettings } from "../claude-messages.ts";
import { withoutBoundThinking } from "../content/bound-thinking.ts";
import { cacheControl } from "../content/cache-control.ts";
import { type TextBlock, toTextBlock } from "../content/content-blocks.ts";
import { withoutOpenCalls } from "../content/open-calls.ts";
import { withoutRoundThinking } from "../content/round-thinking.ts";
import { uniqueCallIds } from "../content/unique-call-ids.ts";
import { schemaOf } from "../output-format.ts";
import { systemPromptText } from "../process-settings.ts";
import type { EnforcedSchemas } from "../refused-schemas.ts";
import { enforcedTools } from "../strict-tools.ts";
import { turnSettings } from "../turn-settings.ts";
import {
  entryBlocks,
  isPromptMarked,
  withMarkAtEnd,
  withOwnMarks,
  unmarkedBlock,
  unmarkedEntries,
} from "./cache-marks.ts";
import type { ApiRoute } from "./api-route.ts";
import { carryMarks } from "./carry-marks.ts";
import { saidEntry, withoutOldWords } from "./own-words.ts";

/** A worker knows nothing but what it is told. */
export function requireWhole({ whole }: TurnInput): NonNullable<TurnInput["whole"]> {
  if (!whole) throw new Error("A worker is to be told the whole conversation.");
  return whole;
}

/** One call of the model. */
export interface WorkerCall {
  /** Settings under which the process sends it. */
  readonly settings: FlagSettings;
  /** The conversation as the model is given it. */
  readonly entries: readonly TranscriptEntry[];
  /** See `GivenHistory`. */
  readonly prefix: string;
  /** About how much there is to send. */
  readonly bytes: number;
  /** What the API is to hold the answer to, as the client wrote it. */
  readonly enforced: EnforcedSchemas;
}

interface CallLimits extends Pick<ApiRoute, "isCloud"> {
  /** False: the API has refused thinking of the history. */
  readonly takesThinking?: boolean;
}

/**
 * The request to the model for a turn, with all that was said before: what an API client would send. `further`: what was said in
 * this turn already, when Claude is asked once more.
 */
export function workerCall(
  turn: TurnInput,
  further: readonly TranscriptEntry[],
  meets: ContentMeets,
  { isCloud, takesThinking = true }: CallLimits,
): WorkerCall {
  const { history: past, spec, marked = {} } = requireWhole(turn);
  const { model } = spec;
  const system = systemBlocks(spec, marked.systemParts);
  const offered = offeredTools(turn.tools, meets.abilities);
  const strict = strictTools(offered, turn, meets);
  const tools = offered.map((tool) => toToolField(tool, strict.has(tool)));
  const prefix = sha256(
    JSON.stringify([meets.abilities.id, [...system, ...tools].map((each) => unmarkedBlock(each))]),
  );
  const holding = withoutOldWords(past.entries, () => wordsThatHold(turn, meets), meets.abilities);
  const known = carryMarks(holding, marked.history);
  const reader = takesThinking ? meets.abilities : { bindsThinking: true };
  const held = takesThinking && past.prefix === prefix ? known : withoutBoundThinking(known, reader);
  const round = roundOf(turn, { history: held });
  const before = dropsRoundThinking({ ...turn, round }, meets.abilities) ? withoutRoundThinking(held) : held;
  const worded = wordTurn(turn, { ...meets, history: before, hasTools: false });
  const { prefilled, list, content, ownWords, fitted, format } = worded;
  const said: readonly TranscriptEntry[] = prefilled ? before : [...before, saidEntry(content, ownWords)];
  const entries = uniqueCallIds(withoutOpenCalls([...said, ...further]));
  const messages = (prefilled && further.length === 0 ? prefilled : entries).map(toMessage);
  const given = { tools, system, messages };
  const isMarked = marked.cache !== undefined || isPromptMarked(given);
  const whole = cacheControl(marked);
  const kept = isCloud && marked.cache ? withMarkAtEnd(given, whole) : given;
  const body = isMarked ? kept : withOwnMarks(given);
  const fields = {
    messages: body.messages,
    system: body.system,
    ...(tools.length > 0 && { tools: body.tools }),
    ...(!isCloud && whole),
    ...format,
    ...(turn.endUserId !== undefined && !isCloud && { metadata: { user_id: turn.endUserId } }),
  };
  const { stopSequences = [] } = turn.sampling;
  const controls = { fitted, stopSequences, tools: { ...turn.tools, list } };
  const settings = turnSettings(controls, fields);
  const bytes = settings.env.CLAUDE_CODE_EXTRA_BODY.length;
  return {
    settings: { ...settings, model: model === "default" ? null : model },
    entries: unmarkedEntries(entries),
    prefix,
    bytes,
    enforced: {
      tools: [...strict].map(({ inputSchema }) => inputSchema),
      format: "output_config" in format ? schemaOf(turn.outputFormat) : undefined,
    },
  };
}

/** The tools whose arguments the API makes sure of. */
function strictTools(
  offered: readonly ClientTool[],
  turn: TurnInput,
  meets: ContentMeets,
): ReadonlySet<ClientTool> {
  if (!meets.abilities.takesOutputFormat || !offered.some(({ isStrict }) => isStrict === true))
    return new Set();
  return enforcedTools(offered, enforcedSchema(turn, meets), meets.schemas);
}

function toMessage(entry: TranscriptEntry) {
  return { role: entry.role, content: entryBlocks(entry) };
}

/** One block, as the client's words are on record; with its own marks, the client's in the pieces that it sent. */
function systemBlocks(spec: SessionSpec, parts: readonly TextPart[] = []): readonly TextBlock[] {
  const said = parts.filter(({ text }) => text.trim() !== "");
  const ours = systemPromptText(said.length === 0 ? spec : { ...spec, systemText: "" });
  return [...(ours === "" ? [] : [{ type: "text", text: ours } as const]), ...said.map(toTextBlock)];
}
