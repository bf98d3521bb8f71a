import type { StartingTool } from "../../../core/ports/turn-supervisor.ts";

/**
 * Claude Code's tools that only look at things, or touch nothing but their own data. All others, including unknown ones, may
 * change files.
 */
const HARMLESS = new Set([
  "AskUserQuestion",
  "BashOutput",
  "EnterPlanMode",
  "ExitPlanMode",
  "Glob",
  "Grep",
  "KillBash",
  "KillShell",
  "ListMcpResources",
  "ListMcpResourcesTool",
  "LS",
  "NotebookRead",
  "Read",
  "ReadMcpResource",
  "ReadMcpResourceTool",
  "StructuredOutput",
  "TaskCreate",
  "TaskGet",
  "TaskList",
  "TaskOutput",
  "TaskStop",
  "TaskUpdate",
  "TodoRead",
  "TodoWrite",
  "ToolSearch",
  "WebFetch",
  "WebSearch",
]);

/** What core is told about a tool. Skills and agents may run anything. */
export function startingTool(name: string): StartingTool {
  return { name, mayChangeFiles: !HARMLESS.has(name) };
}
