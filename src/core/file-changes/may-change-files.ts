/** Tools of Claude Code's that look at things, or only touch what is its own. All others, also unknown ones, may change files. */
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

/** Whether a call of this tool may leave files of the workspace different. Skills and agents may run anything. */
export function mayChangeFiles(toolName: string): boolean {
  return !HARMLESS.has(toolName);
}
