import { AppError } from "../../core/words/app-error.ts";
import { shortenMessages } from "../../core/tokens/shorten-messages.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { Usage } from "../../core/words/usage.ts";
import { TIMEOUT_HEADER } from "../../protocols/claude-settings/parse-claude-settings.ts";
import {
  formatCompaction,
  parseCompactRequest,
  toSummaryRequest,
} from "../../protocols/responses/compaction.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { callerOf } from "../caller-of.ts";
import { beginResponse } from "../../service/responses/begin-response.ts";
import type { Shorten } from "../../service/responses/fit-request.ts";
import { prepareResponse } from "../../service/responses/prepare-response.ts";
import { setTurnHeaders } from "../answers/turn-headers.ts";

/** `POST /v1/responses/compact`: turns a conversation into one sealed item that a client sends in its place. */
export function compactConversation(dependencies: AppDependencies) {
  return async (context: AppContext): Promise<Response> => {
    const body = parseCompactRequest(await readJsonBody(context, dependencies.options.maxBodyBytes));
    const whole = callerOf(context);
    const { record } = whole;
    const timeout = whole.headers[TIMEOUT_HEADER];
    const caller = {
      ...whole,
      // The others are meant for the work that is summarized, of which the summary is no part.
      headers: timeout === undefined ? {} : { [TIMEOUT_HEADER]: timeout },
      mayApprove: "none" as const,
    };
    const prepared = await prepareResponse(dependencies, caller, body);
    const request = toSummaryRequest(prepared.request);
    const turn = await beginResponse(
      { ...prepared, request },
      {
        dependencies,
        silenceMs: dependencies.options.keepAliveMs,
        record,
        signal: context.req.raw.signal,
        isAnswer: () => false,
        shorten,
      },
    );
    const { summary, usage } = await readSummary(turn.events);
    setTurnHeaders(context);
    return context.json(formatCompaction(prepared.head, summary, usage));
  };
}

/** The last message asks for the summary: it stays, together with something to summarize. */
const shorten: Shorten = (messages, model, maxTokens) => {
  const shorter = shortenMessages(messages.slice(0, -1), model, maxTokens);
  return shorter && [...shorter, ...messages.slice(-1)];
};

async function readSummary(events: AsyncIterable<TurnEvent>): Promise<{ summary: string; usage: Usage }> {
  let text = "";
  let usage: Usage | undefined;
  let failure: AppError | undefined;
  // Reads past the terminal event, since the runner may still have work.
  for await (const event of events) {
    if (event.type === "text-delta") text += event.text;
    if (event.type === "turn-end") ({ usage } = event);
    if (event.type === "turn-error") failure = new AppError(event.error);
  }
  if (failure) throw failure;
  const summary = text.trim();
  if (summary !== "" && usage) return { summary, usage };
  throw new AppError({ kind: "engine-failed", message: "Claude gave no summary of the conversation." });
}
