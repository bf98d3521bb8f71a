import { AppError } from "../../../core/words/app-error.ts";
import type { ClientTool } from "../../../core/words/client-tool.ts";
import type { ProcessKind } from "../../../core/turn/process-kind.ts";

/** Claude Code's own tools on the pinned version; `test/contract/built-in-tools.test.ts` finds the ones that are missing here. */
export const BUILT_IN_TOOLS: ReadonlySet<string> = new Set(
  [
    "Agent Task TaskStop TaskOutput ListAgents SendMessage Skill Workflow ReportFindings Monitor ScheduleWakeup",
    "Bash BashOutput KillShell Read Write Edit NotebookEdit Glob Grep LSP WebFetch WebSearch",
    "CronCreate CronDelete CronList EnterWorktree ExitWorktree EnterPlanMode ExitPlanMode AskUserQuestion TodoWrite DesignSync ToolSearch",
    "ListMcpResourcesTool ReadMcpResourceTool StructuredOutput",
  ].flatMap((line) => line.split(" ")),
);

/** They wait for a person at a terminal. */
const ASKING_TOOLS = ["AskUserQuestion", "EnterPlanMode", "ExitPlanMode"];
/** What they start goes on after the turn, and then begins turns that nobody asked for. */
const LASTING_TOOLS = [
  "CronCreate",
  "CronDelete",
  "CronList",
  "ScheduleWakeup",
  "Monitor",
  "Workflow",
  "TaskStop",
];
/** They reach other sessions of this machine: those of other clients, and the person's own. */
const PEER_TOOLS = ["ListAgents", "SendMessage"];
/** They leave the folder in which changes are watched; `isolation` is for that. */
const WORKTREE_TOOLS = ["EnterWorktree", "ExitWorktree"];
/** Tools of Claude Code's own that no turn has. */
export const NEVER_OFFERED = [...ASKING_TOOLS, ...LASTING_TOOLS, ...PEER_TOOLS, ...WORKTREE_TOOLS];

/** Claude Code keeps these to itself in every kind of process. */
const RESERVED: ReadonlySet<string> = new Set(["ToolSearch", "DeferredToolPlaceholder"]);

/**
 * Of two tools with one name Claude Code offers its own, and the client's would be gone without a word.
 * @throws AppError `invalid-request` naming the tool
 */
export function requireFreeNames(kind: ProcessKind, tools: readonly ClientTool[]): void {
  for (const { name } of tools) {
    if (RESERVED.has(name)) throw taken(name, "Claude Code reserves this name.");
    const isTaken = kind.builtinTools === "on" ? BUILT_IN_TOOLS.has(name) : kind.builtinTools.includes(name);
    if (isTaken) {
      throw taken(
        name,
        "Claude Code has a tool of its own with this name; use a profile without built-in tools.",
      );
    }
  }
}

function taken(name: string, why: string): AppError {
  return new AppError({
    kind: "invalid-request",
    message: `The tool '${name}' cannot be offered to Claude under this name. ${why}`,
    param: "tools",
  });
}
