import { type Line, styled } from "../../lib/styled-line.ts";
import type { RequestBody, RequestDetailBody, UsedToolBody } from "../../protocols/admin/format-request.ts";
import { tellDuration } from "../daemon/tell-duration.ts";

const WIDTHS = [19, 30, 26, 9, 22, 8, 9, 9, 8, 9] as const;
const HEADINGS = [
  "TIME",
  "REQUEST",
  "ROUTE",
  "STATUS",
  "MODEL",
  "PLACE",
  "TOOK",
  "FIRST",
  "TOKENS",
  "COST",
] as const;

/** A table for a person, the latest last: there the eye is. */
export function formatRequestRows(requests: readonly RequestBody[]): readonly Line[] {
  return [styled("dim", lineUp(HEADINGS).join("").trimEnd()), ...requests.toReversed().map(formatRequestRow)];
}

export function formatRequestRow(request: RequestBody): Line {
  const isFailed = request.error !== null;
  const cells = lineUp([
    formatTime(request.started_at),
    request.id,
    request.route,
    isFailed ? `${request.status} !` : String(request.status),
    request.model ?? "-",
    request.placement ?? "-",
    tellDuration(request.duration_ms),
    request.first_token_ms === null ? "-" : tellDuration(request.first_token_ms),
    String(request.output_tokens),
    request.cost_usd === 0 ? "-" : request.cost_usd.toFixed(4),
  ]);
  const status = styled(isFailed ? "red" : "green", cells[3] ?? "");
  const shown = [...cells.slice(0, 3), status, ...cells.slice(4)];
  return isFailed ? [...shown, styled("red", request.error ?? "")] : shown;
}

/** Everything that is known, a line each. */
export function formatRequestDetails({ content, tools, ...request }: RequestDetailBody): readonly Line[] {
  const known = Object.entries(request)
    .filter(([name, value]) => name !== "object" && value !== null)
    .map(([name, value]): Line => {
      const shown = name.endsWith("_at") ? formatTime(Number(value)) : String(value);
      return [styled("dim", name.padEnd(20)), shown];
    });
  const facts = [
    ...known,
    ...tools.map((tool, index): Line => [
      styled("dim", (index === 0 ? "tools" : "").padEnd(20)),
      tellTool(tool),
    ]),
  ];
  if (!content) return facts;
  return [
    ...facts,
    "",
    styled("bold", "Prompt"),
    ...content.prompt.split("\n"),
    "",
    styled("bold", "Answer"),
    ...content.answer.split("\n"),
  ];
}

function tellTool({ name, by, started_ms: from, ended_ms: to, is_error: isError }: UsedToolBody): string {
  const took = to === null ? "no end" : tellDuration(to - from);
  return `${name}${by === "client" ? " (the client's)" : ""}, after ${tellDuration(from)}: ${took}${isError ? ", failed" : ""}`;
}

function lineUp(cells: readonly string[]): readonly string[] {
  return cells.map((cell, column) => {
    const width = WIDTHS[column] ?? 0;
    return (cell.length > width ? `${cell.slice(0, width - 1)}…` : cell).padEnd(width + 1);
  });
}

function formatTime(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ");
}
