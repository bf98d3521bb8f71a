import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { Work, WorkResult } from "../../../core/words/work.ts";
import { readCommandResult, type ToolOutcome } from "./command-result.ts";
import { madeEdit, plannedEdit } from "./file-edit.ts";
import { readFoundPages } from "./found-pages.ts";

/** Claude Code's word for summarising the conversation. */
export const COMPACTION = "compaction";

/** What a call of this tool does; undefined for tools that do something that no other engine has a word for. */
export function describeWork(name: string, input: JsonObject): Work | undefined {
  switch (name) {
    case "Bash": {
      const { timeout } = input;
      const timeoutMs = typeof timeout === "number" && { timeoutMs: timeout };
      return { type: "command", ...about(input, "command"), ...timeoutMs };
    }
    case "Write":
    case "Edit":
      return { type: "file-edit", ...about(input, "file_path"), edit: plannedEdit(name, input) };
    case "NotebookEdit":
      return { type: "file-edit", ...about(input, "notebook_path"), edit: plannedEdit(name, input) };
    case "Read":
      return { type: "file-read", ...about(input, "file_path") };
    case "Glob":
      return { type: "file-search", ...about(input, "pattern") };
    case "Grep":
      return { type: "text-search", ...about(input, "pattern") };
    case "WebSearch":
      return { type: "web-search", ...about(input, "query") };
    case "WebFetch":
      return { type: "web-page", ...about(input, "url") };
    case "Agent":
    case "Task":
      return { type: "sub-agent", ...about(input, "description", "prompt") };
    case "Skill":
      return { type: "skill", ...about(input, "skill", "command") };
    case "TodoWrite":
    case "TaskCreate":
    case "TaskUpdate":
      return { type: "task-list" };
    case COMPACTION:
      return { type: "compaction" };
    default:
      return mcpCall(name);
  }
}

/** What came of a call, as far as Claude Code's own account of it or its text for the model says. */
export function describeResult(work: Work | undefined, outcome: ToolOutcome): WorkResult | undefined {
  switch (work?.type) {
    case "command":
      return readCommandResult(outcome);
    case "file-edit":
      return outcome.details && { type: "file-edit", edit: madeEdit(work.edit, outcome.details) };
    case "web-search":
      return outcome.isError ? undefined : { type: "web-search", pages: readFoundPages(outcome) };
    default:
      return undefined;
  }
}

/** The first of these fields with a text that is not empty, else the first with any text; absent when none is a text. */
function about(input: JsonObject, ...fields: readonly string[]): { readonly about?: string } {
  const texts = fields.map((field) => input[field]).filter((value) => typeof value === "string");
  const said = texts.find((text) => text !== "") ?? texts[0];
  return said === undefined ? {} : { about: said };
}

function mcpCall(name: string): Work | undefined {
  const [, server, tool] = /^mcp__(.+?)__(.*)$/s.exec(name) ?? [];
  if (server === undefined || tool === undefined) return undefined;
  return { type: "mcp-call", server, tool };
}
