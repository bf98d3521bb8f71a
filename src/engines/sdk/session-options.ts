import type { Options } from "@anthropic-ai/claude-agent-sdk";

import type { SessionSpec } from "../../core/ports/engine.ts";
import type { Profile } from "../../core/profile.ts";

/** What the server gives to every Claude Code process. */
export interface ProcessSettings {
  /** The environment that Claude Code may see, credentials included. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often Claude Code asks the model's API again after a failure. */
  readonly upstreamRetries: number;
  /** Another Claude Code binary than the one that comes with the Agent SDK. */
  readonly executable?: string;
}

/**
 * What is fixed when a process starts, so that a spare may serve any conversation of such a profile. Its text for the model
 * comes with the claim, and so do the folder and the model.
 */
export function spareOptions(profile: Profile, settings: ProcessSettings): Options {
  return {
    ...processOptions(profile, settings),
    systemPrompt: profile.systemPrompt === "claude-code" ? { type: "preset", preset: "claude_code" } : "",
  };
}

/** The same for a process that is started for one conversation. */
export function sessionOptions(spec: SessionSpec, settings: ProcessSettings): Options {
  const { profile, model, systemText } = spec;
  return {
    ...processOptions(profile, settings),
    cwd: profile.workspace,
    ...modelOption(model),
    systemPrompt:
      profile.systemPrompt === "claude-code"
        ? { type: "preset", preset: "claude_code", ...(systemText === "" ? {} : { append: systemText }) }
        : systemText,
  };
}

/** For a process that is only asked about the account. */
export function accountOptions(settings: ProcessSettings): Options {
  return {
    settingSources: ["user"],
    tools: [],
    persistSession: false,
    ...executableOption(settings),
    env: { ...settings.environment },
  };
}

/** `default` is the account's own default, which Claude Code takes when no model is named. */
export function modelOption(model: string): { model?: string } {
  return model === "default" ? {} : { model };
}

function processOptions(profile: Profile, settings: ProcessSettings): Options {
  return {
    // A client's text is never a command, a file mention or a shell line.
    verbatimPrompts: true,
    includePartialMessages: true,
    // Turnpike keeps the history; Claude Code's own list of sessions stays the person's.
    persistSession: false,
    permissionMode: profile.permissionMode,
    settingSources: [...profile.settingSources],
    thinking: { type: "adaptive", display: "summarized" },
    ...(profile.builtinTools === "off" ? { tools: [], strictMcpConfig: true } : {}),
    ...executableOption(settings),
    env: { ...settings.environment, ...processEnvironment(profile, settings) },
  };
}

/**
 * Switches of Claude Code, most of them undocumented: the contract tests prove each one on the pinned version.
 */
function processEnvironment(profile: Profile, settings: ProcessSettings): Record<string, string> {
  return {
    CLAUDE_CODE_MAX_RETRIES: String(settings.upstreamRetries),
    // A fallback would send the whole answer again, in one piece.
    CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: "1",
    // A hidden second try after a refusal would double the cost and mix two answers.
    CLAUDE_CODE_DISABLE_REFUSAL_RETRY: "1",
    // Background tasks start turns that nobody asked for.
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_TOTAL_TOKENS_REMINDER: "off",
    DISABLE_AUTOUPDATER: "1",
    ENABLE_TOOL_SEARCH: "false",
    // A bare chat tells the client that its context is full; an agent may summarise and go on.
    ...(profile.builtinTools === "off" ? { DISABLE_AUTO_COMPACT: "1" } : {}),
  };
}

function executableOption({ executable }: ProcessSettings): Pick<Options, "pathToClaudeCodeExecutable"> {
  return executable === undefined ? {} : { pathToClaudeCodeExecutable: executable };
}
