import { assertNever } from "../lib/assert-never.ts";
import { quoteForShell } from "./quote-for-shell.ts";
import type { ApiKeyNotice } from "./running-server.ts";

/** The lines to paste into a shell: the variables that any OpenAI client reads, and a first request. */
export function formatCommands(baseUrl: string, notice: ApiKeyNotice, columns: number): readonly string[] {
  return [
    `export OPENAI_BASE_URL=${baseUrl}`,
    ...exportKey(notice, columns),
    'curl "$OPENAI_BASE_URL/chat/completions" \\',
    '  -H "Authorization: Bearer $OPENAI_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"model":"claude-code","messages":[{"role":"user","content":"Hello"}]}'`,
  ];
}

/** With a long path, the command continues on the next line. */
function exportKey(notice: ApiKeyNotice, columns: number): readonly string[] {
  const value = apiKeyForShell(notice);
  const line = `export OPENAI_API_KEY=${value}`;
  if (line.length < columns) return [line];
  const [command = "", path = ""] = value.split(CAT);
  return [`export OPENAI_API_KEY=${command}${CAT}\\`, `  ${path}`];
}

const CAT = "$(cat ";

/**
 * Reads the key from the file instead of repeating it, so that the key appears once and the lines work after any later start.
 */
function apiKeyForShell(notice: ApiKeyNotice): string {
  switch (notice.type) {
    case "created":
    case "file":
      return `"${CAT}${quoteForShell(notice.file)})"`;
    case "configured":
      return "YOUR_KEY";
    case "disabled":
      return "none";
    default:
      return assertNever(notice);
  }
}
