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
/** What they start continues after the turn, and then begins turns that nobody asked for. */
const LASTING_TOOLS = [
  "CronCreate",
  "CronDelete",
  "CronList",
  "ScheduleWakeup",
  "Monitor",
  "Workflow",
  "TaskStop",
];
/** They reach other sessions on this machine: those of other clients, and the person's own. */
const PEER_TOOLS = ["ListAgents", "SendMessage"];
/** They leave the folder in which changes are watched; `isolation` serves that purpose. */
const WORKTREE_TOOLS = ["EnterWorktree", "ExitWorktree"];
/** Claude Code's own tools that no turn has. */
export const NEVER_OFFERED = [...ASKING_TOOLS, ...LASTING_TOOLS, ...PEER_TOOLS, ...WORKTREE_TOOLS];

/** Claude Code reserves these names in every kind of process. */
const RESERVED: ReadonlySet<string> = new Set(["ToolSearch", "DeferredToolPlaceholder"]);

/**
 * Refuses client tools that have the name of one of Claude Code's own tools: Claude Code would offer its own, and the client's
 * would be missing without notice.
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
