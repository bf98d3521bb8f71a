import type { HookCallback, HookInput, HookJSONOutput, Options } from "@anthropic-ai/claude-agent-sdk";

import type { TurnInput } from "../../../core/ports/engine.ts";
import type { TurnSupervisor } from "../../../core/ports/turn-supervisor.ts";
import type { ProcessKind } from "../../../core/process-kind.ts";
import type { EngineEvent } from "../../../core/turn-event.ts";
import { isInside } from "../../../lib/is-inside.ts";
import { ClientToolDesk } from "./client-tool-desk.ts";
import { PermissionDesk } from "./permission-desk.ts";
import { TurnLimits } from "./turn-limits.ts";

/** What a turn brings to the gate. */
export interface GateTurn {
  readonly input: TurnInput;
  readonly supervisor: TurnSupervisor;
  /** The folder that the process works in. */
  readonly workspace: string;
  /** What the process has cost before. */
  readonly costUsd: number;
}

/**
 * Every tool call of one Claude Code process passes here before it runs: those of client tools are put off, those that need a
 * person's word wait, and core is told before anything may change. So do the shell lines of commands and skills, which no
 * permission mode asks about: where it would ask, Claude Code refuses them by itself. A gate that breaks is shut: the Agent SDK
 * would let a call run whose callback throws.
 */
export class ToolGate {
  /** Claude Code has something to tell in the middle of its silence. */
  onNews: (() => void) | undefined;
  /** What the process has cost so far, in US dollars; set by the session that it becomes. */
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
  readonly #privatePaths: readonly string[];
  #supervisor: TurnSupervisor | undefined;
  /** What the turn may read unasked. */
  #folders: readonly string[] = [];

  /** `onFailure` hears why a call was denied that nobody has denied. */
  constructor(onFailure: (error: unknown) => void = () => {}, privatePaths: readonly string[] = []) {
    this.#onFailure = onFailure;
    this.#privatePaths = privatePaths;
  }

  /** To be given to the process at its start. */
  options(kind: ProcessKind): Pick<Options, "hooks" | "canUseTool"> {
    const PreToolUse = [{ hooks: [this.#guard("PreToolUse")], timeout: MAX_WAIT_SECONDS }];
    const PreSkillShellCommand = [
      { hooks: [this.#guard("PreSkillShellCommand")], timeout: MAX_WAIT_SECONDS },
    ];
    return {
      hooks: { PreToolUse, PreSkillShellCommand, ...(kind.isLimited && this.limits.hooks) },
      // In that mode nothing is asked, and the SDK warns of what would have no effect.
      ...(!kind.mayBypassPermissions && { canUseTool: this.#permissions.canUseTool }),
    };
  }

  begin({ input, supervisor, workspace, costUsd }: GateTurn): void {
    this.#supervisor = supervisor;
    this.#folders = [workspace, ...input.permissions.directories];
    this.#permissions.begin({ input, supervisor, workspace });
    this.limits.begin(input, costUsd);
    this.#begun.resolve();
  }

  get hasNews(): boolean {
    return this.#events.length > 0 || this.desk.hasUntoldCalls;
  }

  /** What happened at the gate since this was asked last. */
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
    // A process that is started into its first turn may be quicker than the turn.
    await this.#begun.promise;
    switch (input.hook_event_name) {
      case "PreToolUse":
        if (!this.desk.has(input.tool_name)) await this.#supervisor?.beforeTool(input.tool_name);
        // No rule keeps a command's globs and searches away from what is private.
        if (input.tool_name === "Bash" && this.#isNearPrivate()) return ASK;
        return this.desk.decide(input, signal);
      case "PreSkillShellCommand":
        await this.#supervisor?.beforeTool(input.tool_name);
        return {};
      default:
        return {};
    }
  }

  #isNearPrivate(): boolean {
    return this.#privatePaths.some((path) => this.#folders.some((folder) => isInside(path, folder)));
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

const ASK: HookJSONOutput = {
  hookSpecificOutput: {
    hookEventName: "PreToolUse",
    permissionDecision: "ask",
    permissionDecisionReason: "The workspace holds Turnpike's data folder: a person has to see each command.",
  },
};

type HookName = "PreToolUse" | "PreSkillShellCommand";

/** A person may take a day to approve. */
const MAX_WAIT_SECONDS = 24 * 60 * 60;
