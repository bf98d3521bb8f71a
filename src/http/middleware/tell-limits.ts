import type { Clock } from "../../core/ports/clock.ts";
import type { ReportLimits } from "../../core/ports/usage-limits.ts";
import { anthropicLimitHeaders, openAiLimitHeaders } from "../../protocols/limit-headers.ts";
import { speaksMessages } from "../answers/format-error.ts";
import type { AppMiddleware } from "../app-env.ts";

/** Tells a client whose key has limits how they stand, with each answer to a request for turns. */
export function tellLimits(report: ReportLimits | undefined, clock: Clock): AppMiddleware {
  return async (context, next) => {
    await next();
    const { principal, record } = context.var;
    if (!report || !principal?.limits || record.turnId === undefined) return;
    // They are an addition: what has been answered stays answered.
    const limits = await report(principal.id).catch(() => undefined);
    if (!limits) return;
    const headers = speaksMessages(context)
      ? anthropicLimitHeaders(limits)
      : openAiLimitHeaders(limits, clock());
    for (const [name, value] of Object.entries(headers)) context.header(name, value);
  };
}
