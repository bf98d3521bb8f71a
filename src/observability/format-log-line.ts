import { isRecord } from "../lib/is-record.ts";
import { type Line, styled, type Style } from "../lib/styled-line.ts";
import { formatRequestLine } from "./format-request-line.ts";
import { formatValue } from "./format-value.ts";

/** Events that the terminal reports in better words. */
const TOLD_OTHERWISE: ReadonlySet<unknown> = new Set([
  "server.listening",
  "server.draining",
  "server.stopped",
]);

/** For events with many fields, the ones a person looks for. */
const WHAT_MATTERS: ReadonlyMap<unknown, ReadonlySet<string>> = new Map([
  ["upstream.failed", new Set(["status", "code", "reason"])],
]);

/** Ids connect the lines of a log; nobody does that by eye. */
const IS_LINK =
  /^(?:request|turn|conversation|session|principal|response|completion|clientRequest|upstreamRequest)Id$/;

const STYLES: Readonly<Record<string, Style>> = { error: "red", info: "cyan", debug: "blue", trace: "dim" };

const REQUEST_EVENTS: ReadonlySet<unknown> = new Set(["request.completed", "request.failed"]);

const STACK_INDENT = " ".repeat(4);

/** Formats a parsed log line for a person: one line, followed by the stack of an unexpected error. */
export function formatLogLine(record: unknown): readonly Line[] {
  if (!isRecord(record)) return [];
  const { level, time, event, error, ...fields } = record;
  if (isToldOtherwise(event, fields)) return [];
  const clock = styled("dim", formatClock(time));
  const stack = formatStack(error);
  if (REQUEST_EVENTS.has(event)) return [[clock, " ", ...formatRequestLine(fields)], ...stack];
  const name = styled(STYLES[String(level)] ?? "dim", String(event));
  const wanted = WHAT_MATTERS.get(event);
  const facts = Object.entries(fields)
    .filter(([key]) => wanted?.has(key) ?? !IS_LINK.test(key))
    .map(([key, value]) => `${key}=${formatValue(value)}`);
  const told = error === undefined ? [] : [describeError(error)];
  const isWorse = level === "error" ? [styled(["red", "bold"], "error "), name] : [name];
  return [[clock, " ", ...isWorse, ...[...told, ...facts].map((each) => ` ${each}`)], ...stack];
}

function isToldOtherwise(event: unknown, fields: Readonly<Record<string, unknown>>): boolean {
  if (event === "approval.resolved") return fields["by"] === "terminal";
  // A failed request has its own error line, which says the same and more.
  if (event === "request.completed") return fields["isFailed"] === true;
  return TOLD_OTHERWISE.has(event);
}

/** In local time. */
function formatClock(time: unknown): string {
  const date = new Date(String(time));
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

function describeError(error: unknown): string {
  if (!isRecord(error)) return formatValue(error);
  const code = typeof error["code"] === "string" ? ` (${error["code"]})` : "";
  return `${formatValue(error["message"])}${code}`;
}

/** The stack frames of an error and of its causes; none where it was logged without them. */
function formatStack(error: unknown): readonly Line[] {
  if (!isRecord(error)) return [];
  const { stack, cause } = error;
  if (typeof stack !== "string") return [];
  const frames = stack.split("\n").filter((line) => /^\s*at /.test(line));
  const caused = isRecord(cause) ? [`caused by ${describeError(cause)}`] : [];
  return [...frames.map((frame) => frame.trim()), ...caused]
    .map((line): Line => styled("dim", `${STACK_INDENT}${line}`))
    .concat(formatStack(cause));
}
