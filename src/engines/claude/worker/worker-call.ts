import { dropsRoundThinking } from "../../../core/models/fit-turn.ts";
import type { TurnInput } from "../../../core/ports/engine.ts";
import type { TranscriptEntry } from "../../../core/words/transcript.ts";
import { sha256 } from "../../../lib/sha256.ts";
import { type ContentMeets, roundOf, toToolField, wordTurn } from "../begin-turn.ts";
import type { FlagSettings } from "../claude-messages.ts";
import { withoutBoundThinking } from "../content/bound-thinking.ts";
import { withoutOpenCalls } from "../content/open-calls.ts";
import { withoutRoundThinking } from "../content/round-thinking.ts";
import { uniqueCallIds } from "../content/unique-call-ids.ts";
import { systemPromptText } from "../process-settings.ts";
import { turnSettings } from "../turn-settings.ts";
import { markCached, markLastTurns } from "./cache-marks.ts";

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
}

/**
 * The request to the model for a turn, with all that was said before: what an API client would send. `further`: what was said in
 * this turn already, when Claude is asked once more.
 */
export function workerCall(
  turn: TurnInput,
  further: readonly TranscriptEntry[],
  meets: ContentMeets,
): WorkerCall {
  const { history: past, spec } = requireWhole(turn);
  const { model } = spec;
  const systemText = systemPromptText(spec);
  const round = roundOf(turn, { history: past.entries });
  const dropsThinking = dropsRoundThinking({ ...turn, round }, meets.abilities);
  const before = dropsThinking ? withoutRoundThinking(past.entries) : past.entries;
  const worded = wordTurn(turn, { ...meets, history: before, hasTools: false });
  const { prefilled, list, content, fitted, format } = worded;
  const prefix = sha256(JSON.stringify([meets.abilities.id, systemText, list]));
  const held = past.prefix === prefix ? before : withoutBoundThinking(before);
  const said: readonly TranscriptEntry[] = prefilled ? held : [...held, { role: "user", content }];
  const entries = uniqueCallIds(withoutOpenCalls([...said, ...further]));
  const tools = list.map(toToolField);
  const fields = {
    messages: prefilled && further.length === 0 ? prefilled : markLastTurns(entries),
    system: systemText === "" ? [] : [markCached({ type: "text", text: systemText })],
    ...(tools.length > 0 && {
      tools: tools.map((tool, index) => (index === tools.length - 1 ? markCached(tool) : tool)),
    }),
    ...format,
  };
  const { stopSequences = [] } = turn.sampling;
  const controls = { fitted, stopSequences, tools: { ...turn.tools, list } };
  const settings = turnSettings(controls, fields);
  const bytes = settings.env.CLAUDE_CODE_EXTRA_BODY.length;
  return { settings: { ...settings, model: model === "default" ? null : model }, entries, prefix, bytes };
}
