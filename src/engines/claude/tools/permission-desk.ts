import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { TurnInput } from "../../../core/ports/engine-session.ts";
import type { TurnSupervisor } from "../../../core/ports/turn-supervisor.ts";
import { CLAUDE_CODE_LABEL } from "../../../core/words/server-tools.ts";
import type {
  PermissionOutcome,
  PermissionRequest,
  PermissionResolved,
} from "../../../core/words/turn-event.ts";
import type { CanUseTool, PermissionOptions, PermissionResult } from "../claude-messages.ts";
import { describeWork } from "./describe-work.ts";
import { startingTool } from "./starting-tool.ts";
import { alwaysRules, asSessionUpdate } from "./always-rules.ts";
import type { ServerToolPolicy } from "./server-tool-policy.ts";

/** In the mode `plan` Claude Code would ask about these tools, and would write when it is allowed to. */
const WRITING_TOOLS: ReadonlySet<string> = new Set(["Write", "Edit", "NotebookEdit", "Bash"]);

const MAX_SUMMARY_LENGTH = 200;

interface AskingTurn {
  readonly input: TurnInput;
  readonly supervisor: TurnSupervisor;
  /** Absolute path of the folder that the process works in. */
  readonly workspace: string;
}

/** Answers Claude Code when its permission mode would ask a person. */
export class PermissionDesk {
  readonly #policy: ServerToolPolicy;
  readonly #tell: (event: PermissionRequest | PermissionResolved) => void;
  readonly #onFailure: (error: unknown) => void;
  #turn: AskingTurn | undefined;

  /** `policy` asks clients that approve calls themselves. `onFailure` hears why nobody could be asked. */
  constructor(
    policy: ServerToolPolicy,
    tell: (event: PermissionRequest | PermissionResolved) => void,
    onFailure: (error: unknown) => void,
  ) {
    this.#policy = policy;
    this.#tell = tell;
    this.#onFailure = onFailure;
  }

  /** From now on the settings of this turn count. */
  begin(turn: AskingTurn): void {
    this.#turn = turn;
  }

  /** Given to the process at its start. It never throws, because the model would be told of the error. */
  readonly canUseTool: CanUseTool = async (toolName, input, options) => {
    try {
      return await this.#decide(toolName, input, options);
    } catch (error) {
      this.#onFailure(error);
      return deny("Nobody could be asked whether this call is allowed.");
    }
  };

  async #decide(toolName: string, input: JsonObject, options: PermissionOptions): Promise<PermissionResult> {
    if (!this.#turn) return deny("No turn is running.");
    const { permissions, approvals } = this.#turn.input;
    if (permissions.mode === "plan" && WRITING_TOOLS.has(toolName)) {
      return deny("This conversation is in plan mode: nothing may be changed. Describe the change instead.");
    }
    return approvals === "client"
      ? this.#askClient(toolName, input, options)
      : this.#askLive(this.#turn, toolName, input, options);
  }

  /** The turn ends with the question, and the next turn brings the answer. */
  async #askClient(
    toolName: string,
    input: JsonObject,
    { toolUseID, signal }: PermissionOptions,
  ): Promise<PermissionResult> {
    const waiting = { toolUseId: toolUseID, serverLabel: CLAUDE_CODE_LABEL, name: toolName, input };
    const { isApproved, reason } = await this.#policy.ask(waiting, signal);
    // The call runs in a later turn than the one in which it was made.
    if (isApproved) await this.#turn?.supervisor.beforeTool(startingTool(toolName));
    return isApproved ? { behavior: "allow" } : deny(reason ?? MESSAGES.denied);
  }

  async #askLive(
    { supervisor, workspace }: AskingTurn,
    toolName: string,
    input: JsonObject,
    options: PermissionOptions,
  ): Promise<PermissionResult> {
    const { toolUseID, suggestions = [], signal } = options;
    const alwaysAllows = alwaysRules(toolName, input, suggestions, workspace);
    const work = describeWork(toolName, input);
    const question = {
      activityId: toolUseID,
      toolName: toolLabel(toolName, options),
      input,
      ...(work && { work }),
      summary: summarize(toolName, input, options),
      alwaysAllows,
    };
    const { event, answer } = supervisor.ask(question, signal);
    this.#tell(event);
    const { outcome, reason } = await answer;
    this.#tell({ type: "permission-resolved", approvalId: event.approvalId, outcome });
    if (outcome === "allowed") return { behavior: "allow" };
    if (outcome !== "always-allowed") return deny(reason ?? MESSAGES[outcome]);
    return { behavior: "allow", updatedPermissions: [asSessionUpdate(alwaysAllows)] };
  }
}

/** What the model is told. */
const MESSAGES: Readonly<Record<Exclude<PermissionOutcome, "allowed" | "always-allowed">, string>> = {
  denied: "The person did not allow this call.",
  "timed-out": "Nobody answered in time whether this call is allowed, so it was denied.",
  cancelled: "The call is no longer wanted.",
};

function deny(message: string): PermissionResult {
  return { behavior: "deny", message };
}

/** Tools of MCP servers may come without the name of their server. */
function toolLabel(toolName: string, { mcpServer }: Pick<PermissionOptions, "mcpServer">): string {
  if (!mcpServer || toolName.startsWith("mcp__")) return toolName;
  return `mcp__${mcpServer.name}__${toolName}`;
}

/** The core of a call in one line, for a person: the command, the path, the address. */
export function summarize(
  toolName: string,
  input: JsonObject,
  options: Pick<PermissionOptions, "mcpServer"> = {},
): string {
  const subject =
    input["command"] ?? input["file_path"] ?? input["notebook_path"] ?? input["url"] ?? input["query"];
  const text = typeof subject === "string" ? subject : JSON.stringify(input);
  const line = `${toolLabel(toolName, options)}: ${text}`.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_SUMMARY_LENGTH ? `${line.slice(0, MAX_SUMMARY_LENGTH - 1)}…` : line;
}
