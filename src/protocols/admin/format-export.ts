import type { RequestPage } from "../../core/ports/request-log.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { formatRequest, type RequestBody } from "./format-request.ts";

export const EXPORT_FORMATS = ["ndjson", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  ndjson: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};

/** The columns of a table, in order; a list that the compiler completes. */
const COLUMNS: readonly (keyof Omit<RequestBody, "object">)[] = Object.keys({
  id: 0,
  started_at: 0,
  ended_at: 0,
  duration_ms: 0,
  queue_ms: 0,
  process_ms: 0,
  first_token_ms: 0,
  route: 0,
  status: 0,
  error: 0,
  principal: 0,
  client: 0,
  protocol: 0,
  profile: 0,
  model: 0,
  claude_model: 0,
  conversation_id: 0,
  conversation_name: 0,
  turn_id: 0,
  turns: 0,
  placement: 0,
  input_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  cost_usd: 0,
} satisfies Record<keyof Omit<RequestBody, "object">, 0>) as never;

/** Rows in memory at a time. */
const PAGE = 500;

/** All entries that `readPage` gives, as text, a page at a time: however many there are, one page is held. */
export async function* exportInPages(
  readPage: (page: RequestPage) => Promise<readonly RequestEntry[]>,
  format: ExportFormat,
): AsyncGenerator<string, void, undefined> {
  const head = exportHead(format);
  if (head !== "") yield head;
  let page = await readPage({ limit: PAGE });
  while (page.length > 0) {
    yield exportLines(page, format);
    const after = page.at(-1);
    if (!after || page.length < PAGE) return;
    page = await readPage({ limit: PAGE, after });
  }
}

/** What stands before the first request. */
function exportHead(format: ExportFormat): string {
  return format === "csv" ? `${COLUMNS.join(",")}\r\n` : "";
}

/** Without content, whatever is kept of it. */
function exportLines(entries: readonly RequestEntry[], format: ExportFormat): string {
  return entries
    .map((entry) => {
      const body = formatRequest(entry);
      if (format === "ndjson") return `${JSON.stringify(body)}\n`;
      return `${COLUMNS.map((column) => csvCell(body[column], column.endsWith("_at"))).join(",")}\r\n`;
    })
    .join("");
}

/** What a spreadsheet would take for a formula (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@\t\r\n|＝＋－＠]/;
const NEEDS_QUOTES = /[",;\r\n\t]/;

/** As RFC 4180 writes it; times as ISO 8601. A client chooses its own name: nothing that it sends may run in a spreadsheet. */
export function csvCell(value: string | number | null, isTime: boolean): string {
  if (value === null) return "";
  if (typeof value === "number") return isTime ? new Date(value).toISOString() : String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
