import type { SessionSpec } from "../../core/ports/engine-session.ts";
import type { ProcessKind } from "../../core/turn/process-kind.ts";
import type { PermissionMode } from "../../core/words/permission-mode.ts";
import type { StartOptions } from "./claude-messages.ts";
import {
  accountEnvironment,
  processEnvironment,
  type ProcessSettings,
  systemPromptText,
} from "./process-settings.ts";
import { NEVER_OFFERED } from "./tools/built-in-tools.ts";

/**
 * The options that are fixed when a process starts, so that a spare can serve any conversation of such a profile. The text for
 * the model, the folder and the model itself come with the claim.
 */
export function spareOptions(kind: ProcessKind, settings: ProcessSettings): StartOptions {
  return {
    ...processOptions(kind, settings),
    systemPrompt: kind.systemPrompt === "claude-code" ? { type: "preset", preset: "claude_code" } : "",
  };
}

/** The options of a process that is started for one conversation. */
export function sessionOptions(
  spec: SessionSpec,
  permissionMode: PermissionMode,
  settings: ProcessSettings,
): StartOptions {
  const { kind, workspace, model } = spec;
  const text = systemPromptText(spec);
  return {
    ...processOptions(kind, settings),
    permissionMode,
    cwd: workspace,
    ...modelOption(model),
    systemPrompt:
      kind.systemPrompt === "claude-code"
        ? { type: "preset", preset: "claude_code", ...(text === "" ? {} : { append: text }) }
        : text,
  };
}

/** The options of a process that calls the model once in each turn and runs nothing, whatever the model calls. */
export function workerOptions(kind: ProcessKind, cwd: string, settings: ProcessSettings): StartOptions {
  const options = spareOptions(kind, settings);
  const { env = {} } = options;
  return { ...options, ...PLAIN, cwd, maxTurns: 1, env: { ...SIMPLE, ...env, ...reachingLoopback(env) } };
}

/**
 * What `claude --bare` is: no hooks but an organisation's, no plugins, memory and notes. A worker has no use for them, and has a fifth
 * less to compute in each turn. Such a process does not read a personal login, with which there are no workers (decision 33). The
 * operator's environment may say otherwise.
 */
const SIMPLE = { CLAUDE_CODE_SIMPLE: "1" } as const;

/** Without skills none are looked for at each change of a setting, of which a worker's turn has two. */
const PLAIN: Pick<StartOptions, "extraArgs"> = { extraArgs: { "disable-slash-commands": null } };

/** The options of a process that is only asked about the account. */
export function accountOptions(settings: ProcessSettings): StartOptions {
  return {
    settingSources: ["user"],
    tools: [],
    persistSession: false,
    env: accountEnvironment(settings),
  };
}

/** `default` is the account's own default, which Claude Code uses when no model is named. */
export function modelOption(model: string): { model?: string } {
  return model === "default" ? {} : { model };
}

function processOptions(kind: ProcessKind, settings: ProcessSettings): StartOptions {
  return {
    // A client's text is never a command, a file mention or a shell line, unless a command was asked for.
    verbatimPrompts: !kind.runsCommands,
    includePartialMessages: true,
    // Turnpike keeps the history; Claude Code's own list of sessions stays the person's.
    persistSession: false,
    // The mode in which a spare waits; each turn has its own.
    permissionMode: "default",
    ...(kind.mayBypassPermissions && { allowDangerouslySkipPermissions: true }),
    disallowedTools: [...kind.removedTools, ...(kind.builtinTools === "on" ? NEVER_OFFERED : [])],
    ...(kind.sandbox !== "off" && { sandbox: sandboxOption(kind.sandbox) }),
    ...(Object.keys(kind.agents).length > 0 && { agents: toAgentDefinitions(kind.agents) }),
    settingSources: [...kind.settingSources],
    thinking: { type: "adaptive", display: "summarized" },
    // Client tools may have names that make Claude Code add its advice on commit messages.
    ...(kind.builtinTools !== "on" ? { settings: { attribution: { commit: "", pr: "" } } } : {}),
    ...(kind.builtinTools === "on" ? {} : { tools: [...kind.builtinTools], strictMcpConfig: true }),
    env: processEnvironment(kind, settings),
  };
}

/**
 * Set at the start, because a sandbox that is requested later is silently left out when it is not available. Commands in the
 * sandbox are still asked about like any others.
 */
function sandboxOption(wanted: "auto" | "required"): NonNullable<StartOptions["sandbox"]> {
  return {
    enabled: true,
    failIfUnavailable: true,
    autoAllowBashIfSandboxed: false,
    // The model may ask to run a command outside of the sandbox.
    allowUnsandboxedCommands: wanted !== "required",
  };
}

function toAgentDefinitions(agents: ProcessKind["agents"]): NonNullable<StartOptions["agents"]> {
  const definitions = Object.entries(agents).map(([name, { description, prompt, tools, model }]) => [
    name,
    { description, prompt, ...(tools && { tools: [...tools] }), ...(model !== undefined && { model }) },
  ]);
  return Object.fromEntries(definitions);
}

/** A proxy is not asked for what is on this machine. */
function reachingLoopback(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const named = [environment["NO_PROXY"], environment["no_proxy"]].find(Boolean);
  const hosts = [...(named ? [named] : []), "127.0.0.1"].join(",");
  return { NO_PROXY: hosts, no_proxy: hosts };
}
