import { isRecord } from "../lib/is-record.ts";
import { styled, type Span, type Style } from "../lib/styled-line.ts";
import { shorten } from "./format-value.ts";

type Piece = string | Span;

const MAX_PATH_LENGTH = 60;
const MAX_NAME_LENGTH = 40;

/**
 * Formats a request for a person: what was asked of which model, how it ended, how long it took, where the turn ran, and its
 * tokens. Missing facts are left out.
 */
export function formatRequestLine(fields: Readonly<Record<string, unknown>>): readonly Piece[] {
  const parts: readonly (Piece | undefined)[] = [
    styled("bold", textOf(fields["method"], MAX_NAME_LENGTH) ?? ""),
    textOf(fields["path"], MAX_PATH_LENGTH),
    formatStatus(fields),
    textOf(fields["model"], MAX_NAME_LENGTH),
    formatTimes(fields["durationMs"], fields["firstTokenMs"]),
    textOf(fields["placement"], MAX_NAME_LENGTH),
    formatTokens(fields["usage"]),
    ...formatTrouble(fields),
  ];
  return parts
    .filter((part) => part !== undefined)
    .flatMap((part, index) => (index === 0 ? [part] : [" ", part]));
}

/** When the client left, the status means nothing: the answer did not arrive. */
function formatStatus({
  status,
  isClientGone,
  errorKind,
}: Readonly<Record<string, unknown>>): Piece | undefined {
  if (isClientGone === true) return styled("yellow", "client left");
  if (typeof status !== "number") return undefined;
  return styled(styleOfStatus(status, errorKind !== undefined), String(status));
}

function styleOfStatus(status: number, isFailure: boolean): Style {
  if (status >= 500) return "red";
  // A stream that fails has already sent status 200.
  return status >= 400 || isFailure ? "yellow" : "green";
}

function formatTimes(durationMs: unknown, firstTokenMs: unknown): string | undefined {
  if (typeof durationMs !== "number") return undefined;
  const first = typeof firstTokenMs === "number" ? ` (first ${formatDuration(firstTokenMs)})` : "";
  return `${formatDuration(durationMs)}${first}`;
}

function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/** All tokens that the model read, cached or not, and all that it wrote. */
function formatTokens(usage: unknown): string | undefined {
  if (!isRecord(usage)) return undefined;
  const count = (name: string) => (typeof usage[name] === "number" ? usage[name] : 0);
  const input = count("inputTokens") + count("cacheReadTokens") + count("cacheWriteTokens");
  const output = count("outputTokens");
  if (input + output === 0) return undefined;
  return `${formatCount(input)} in, ${formatCount(output)} out`;
}

function formatCount(count: number): string {
  return count < 10_000 ? String(count) : `${(count / 1000).toFixed(count < 100_000 ? 1 : 0)}k`;
}

/** The client knows this id as X-Request-Id. */
function formatTrouble(fields: Readonly<Record<string, unknown>>): readonly (Piece | undefined)[] {
  const { errorKind, problem, requestId } = fields;
  if (typeof errorKind !== "string") return [];
  const what = typeof problem === "string" ? `${errorKind}: ${problem}` : errorKind;
  return [styled("yellow", what), styled("dim", String(requestId))];
}

function textOf(value: unknown, maxLength: number): string | undefined {
  return typeof value === "string" ? shorten(value, maxLength) : undefined;
}
