import { AppError } from "../../../core/words/app-error.ts";
import type { PermissionMode } from "../../../core/words/permission-mode.ts";
import type { TurnInput } from "../../../core/ports/engine-session.ts";
import type { TurnSupervisor } from "../../../core/ports/turn-supervisor.ts";
import type { ProcessKind } from "../../../core/turn/process-kind.ts";
import type { EngineEvent } from "../../../core/words/turn-event.ts";
import { isInside } from "../../../lib/is-inside.ts";
import { isRecord } from "../../../lib/is-record.ts";
import type {
  ClaudeCallbacks,
  HookCallback,
  HookInput,
  HookJSONOutput,
  PreSkillShellCommandHookInput,
  PreToolUseHookInput,
} from "../claude-messages.ts";
import { ClientToolDesk } from "./client-tool-desk.ts";
import { placeOfArguments } from "../reach/place-of-arguments.ts";
import type { GuardedCall, GuardedTurn } from "../reach/read-guard.ts";
import { type Place, worstOf } from "../reach/reach.ts";
import { startingTool } from "./starting-tool.ts";
import { PermissionDesk } from "./permission-desk.ts";
import { TurnLimits } from "./turn-limits.ts";

/** How calls are checked beyond what rules and modes say. */
export interface CallWatch {
  /** Absolute paths of folders that no command may reach. */
  readonly privateFolders?: readonly string[];
  /** Where a call reads; absent when nothing is kept from it. */
  readonly placeOfCall?: (call: GuardedCall, turn: GuardedTurn) => Promise<Place>;
  /** Whether git would run programs that the folder's repository names; absent when that does not matter. */
  readonly namesPrograms?: (folder: string) => Promise<boolean>;
}

/** What a turn brings to the gate. */
export interface GateTurn {
  readonly input: TurnInput;
  readonly supervisor: TurnSupervisor;
  /** The folder that the process works in. */
  readonly workspace: string;
  /** What the process had cost before the turn. */
  readonly costUsd: number;
}

/**
 * Every tool call of one Claude Code process passes here before it runs: calls of client tools are deferred, calls that need a
 * person's decision wait, and core is told before anything may change. The shell lines of commands and skills pass here too. No
 * permission mode asks about them: where one would, Claude Code refuses them by itself. A gate that fails denies the call,
 * because the Agent SDK would run a call whose callback throws.
 */
export class ToolGate {
  /** Called when something happens at the gate while Claude Code is silent. */
  onNews: (() => void) | undefined;
  /** What the process has cost so far, in US dollars; set by the session that the process becomes. */
  readCostUsd: () => Promise<number> = async () => 0;
  readonly desk = new ClientToolDesk(() => this.onNews?.());
  readonly limits = new TurnLimits(
    () => this.readCostUsd(),
    (error) => this.#onFailure(error),
  );
  readonly #permissions = new PermissionDesk(
    this.desk.policy,
    (event) => this.#tell(event),
    (error) => this.#onFailure(error),
  );
  readonly #events: EngineEvent[] = [];
  readonly #begun = Promise.withResolvers<void>();
  readonly #onFailure: (error: unknown) => void;
  readonly #watch: CallWatch;
  #supervisor: TurnSupervisor | undefined;
  /** What the turn may read unasked. */
  #reach: GuardedTurn = { folders: [], allow: [] };
  #mode: PermissionMode = "default";

  /** `onFailure` hears why a call was denied although nobody decided to deny it. */
  constructor(onFailure: (error: unknown) => void = () => {}, watch: CallWatch = {}) {
    this.#onFailure = onFailure;
    this.#watch = watch;
  }

  /** The callbacks that the process is given at its start. */
  callbacks(kind: ProcessKind): ClaudeCallbacks {
    const PreToolUse = [{ hooks: [this.#guard("PreToolUse")], timeout: MAX_WAIT_SECONDS }];
    const PreSkillShellCommand = [
      { hooks: [this.#guard("PreSkillShellCommand")], timeout: MAX_WAIT_SECONDS },
    ];
    return {
      hooks: { PreToolUse, PreSkillShellCommand, ...(kind.isLimited && this.limits.hooks) },
      // In that mode nothing is asked, and the SDK warns about a callback that has no effect.
      ...(!kind.mayBypassPermissions && { canUseTool: this.#permissions.canUseTool }),
    };
  }

  begin({ input, supervisor, workspace, costUsd }: GateTurn): void {
    this.#supervisor = supervisor;
    const { mode, allow, directories } = input.permissions;
    this.#reach = { folders: [workspace, ...directories], allow };
    this.#mode = mode;
    this.#permissions.begin({ input, supervisor, workspace });
    this.limits.begin(input, costUsd);
    this.#begun.resolve();
  }

  /**
   * Checks that a command may have these arguments in this turn.
   * @throws AppError `invalid-request`
   */
  async requireArguments(text: string): Promise<void> {
    const [cwd] = this.#reach.folders;
    if (cwd === undefined || this.#mode === "bypassPermissions") return;
    if ((await this.#placeOfArguments(text, cwd)) === "inside") return;
    throw new AppError({
      kind: "invalid-request",
      message:
        "The arguments of a command cannot name files outside of the workspace and its additional folders, nor be longer than 5,000 words.",
      param: "claude.command",
    });
  }

  get hasNews(): boolean {
    return this.#events.length > 0 || this.desk.hasUntoldCalls;
  }

  /** What has happened at the gate since the last call of this method. */
  takeEvents(): readonly EngineEvent[] {
    return this.#events.splice(0);
  }

  #tell(event: EngineEvent): void {
    this.#events.push(event);
    this.onNews?.();
  }

  #guard(hookEventName: HookName): HookCallback {
    return (input, _, { signal }) =>
      this.#decide(input, signal).catch((error: unknown) => this.#deny(hookEventName, error));
  }

  async #decide(input: HookInput, signal: AbortSignal): Promise<HookJSONOutput> {
    // A process that is started for its first turn may get here before the turn does.
    await this.#begun.promise;
    const hook = input.hook_event_name;
    switch (hook) {
      case "PreToolUse":
        if (this.desk.has(input.tool_name)) return this.desk.decide(input, signal);
        await this.#supervisor?.beforeTool(startingTool(input.tool_name));
        switch (await this.#placeOf(input)) {
          case "private":
            return answer("deny", PRIVATE);
          case "outside":
            if (ASKS_NOBODY.has(this.#mode)) return answer("deny", `Denied: ${OUTSIDE}`);
            if (this.#mode !== "bypassPermissions")
              return answer("ask", `A person has to see it: ${OUTSIDE}`);
            break;
          case "inside":
        }
        if (input.tool_name === "Bash") {
          const reason = await this.#whyAsk(input);
          if (reason !== undefined) return answer("ask", reason);
        }
        return this.desk.decide(input, signal);
      case "PreSkillShellCommand":
        await this.#supervisor?.beforeTool(startingTool(input.tool_name));
        // Where else these shell lines may read is decided by the rules of whoever wrote them.
        return (await this.#placeOf(input)) === "private" ? answer("deny", PRIVATE, hook) : {};
      default:
        return {};
    }
  }

  async #placeOf({
    tool_name,
    tool_input,
    cwd,
    session_id,
  }: PreToolUseHookInput | PreSkillShellCommandHookInput): Promise<Place> {
    const { placeOfCall } = this.#watch;
    if (!placeOfCall) return "inside";
    const { args } = isRecord(tool_input) ? tool_input : {};
    if (tool_name === "Skill" && typeof args === "string") {
      // Here an `@` may stand before a path in the arguments themselves, too.
      return worstOf([
        await this.#placeOfArguments(args, cwd),
        await this.#placeOfArguments(args.replaceAll("@", " "), cwd),
      ]);
    }
    return placeOfCall({ toolName: tool_name, input: tool_input, cwd, sessionId: session_id }, this.#reach);
  }

  /** What the arguments of a command or a skill name, read from this folder. */
  async #placeOfArguments(text: string, cwd: string): Promise<Place> {
    const { placeOfCall } = this.#watch;
    if (!placeOfCall) return "inside";
    const placeOf = (toolName: string, input: object) => placeOfCall({ toolName, input, cwd }, this.#reach);
    return placeOfArguments(text, cwd, {
      ofPath: (path) => placeOf("Read", { file_path: path }),
      ofPattern: (pattern) => placeOf("Bash", { command: `cat ${pattern}` }),
    });
  }

  /** Why a command has to wait for a person, whatever rules and modes say. */
  async #whyAsk({ tool_input, cwd }: PreToolUseHookInput): Promise<string | undefined> {
    const { privateFolders = [], namesPrograms } = this.#watch;
    const { folders } = this.#reach;
    // No rule keeps a command's globs and searches away from private folders.
    if (privateFolders.some((path) => folders.some((folder) => isInside(path, folder)))) {
      return "The workspace holds Turnpike's data folder: a person has to see each command.";
    }
    if (!namesPrograms || this.#mode === "bypassPermissions" || !mentionsGit(tool_input)) return undefined;
    for (const folder of new Set([cwd, ...folders])) {
      if (await namesPrograms(folder)) {
        return "The repository's own configuration names programs that git may run: a person has to see each git command. In a trusted folder it is as usual.";
      }
    }
    return undefined;
  }

  #deny(hookEventName: HookName, error: unknown): HookJSONOutput {
    this.#onFailure(error);
    return {
      hookSpecificOutput: {
        hookEventName,
        permissionDecision: "deny",
        permissionDecisionReason:
          "Turnpike failed to prepare this call, so it was not made. Its log says why.",
      },
    };
  }
}

/** Modes that deny what no rule allows, and therefore also what a person would be asked about. */
const ASKS_NOBODY: ReadonlySet<PermissionMode> = new Set(["plan", "dontAsk"]);

const PRIVATE = "That is Turnpike's own, or another conversation's: nobody reads it from here.";
const OUTSIDE =
  "this may read outside of the workspace and its additional folders, or tell of other processes. Name files inside of them, without links that lead out, variables or lists of files; read what a command moves in a call of its own; in a part of a repository keep git to paths, as in `git diff -- .`.";

function answer(
  permissionDecision: "ask" | "deny",
  permissionDecisionReason: string,
  hookEventName: HookName = "PreToolUse",
): HookJSONOutput {
  return { hookSpecificOutput: { hookEventName, permissionDecision, permissionDecisionReason } };
}

/** Claude Code never runs a command unasked that hides the name (`g=gi; ${g}t`). */
function mentionsGit(toolInput: unknown): boolean {
  return /git/i.test(JSON.stringify(toolInput) ?? "");
}

type HookName = "PreToolUse" | "PreSkillShellCommand";

/** A person may take a day to approve. */
const MAX_WAIT_SECONDS = 24 * 60 * 60;
