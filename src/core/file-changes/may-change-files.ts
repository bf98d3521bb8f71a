/**
 * Claude Code's tools that only read, or that change nothing but its own state. All others, including unknown ones, may change
 * files.
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

/** Whether a call of this tool may change files of the workspace. Skills and agents may run anything. */
export function mayChangeFiles(toolName: string): boolean {
  return !HARMLESS.has(toolName);
}
