import type { StartOptions } from "../claude/claude-messages.ts";

/** What only the start of a process decides. */
export interface StartManner {
  readonly asks: boolean;
  /** The path of a transcript to go on from. */
  readonly resume?: string | undefined;
  /** It waits to be claimed. */
  readonly isAhead?: boolean;
}

/**
 * The arguments of a process. Nothing of a client is among them, since every user of the machine can read them: texts, schemas and
 * secrets go over the pipe.
 */
export function startArguments(options: StartOptions, { asks, resume, isAhead }: StartManner): string[] {
  const { thinking, model, permissionMode, disallowedTools = [], tools, settingSources, sandbox } = options;
  const settings = settingsOf(options.settings, sandbox);
  // Joined with `=`, no value can be taken for another argument.
  return [
    "-p",
    "--input-format=stream-json",
    "--output-format=stream-json",
    "--verbose",
    ...(options.includePartialMessages ? ["--include-partial-messages"] : []),
    ...(thinking?.type === "adaptive" ? ["--thinking=adaptive"] : []),
    ...(thinking?.type === "adaptive" && thinking.display ? [`--thinking-display=${thinking.display}`] : []),
    ...(model === undefined ? [] : [`--model=${model}`]),
    ...(options.maxTurns === undefined ? [] : [`--max-turns=${options.maxTurns}`]),
    ...(asks ? ["--permission-prompt-tool=stdio"] : []),
    ...(resume === undefined ? [] : [`--resume=${resume}`]),
    ...(disallowedTools.length > 0 ? [`--disallowedTools=${disallowedTools.join(",")}`] : []),
    ...(Array.isArray(tools) ? [`--tools=${tools.join(",")}`] : []),
    ...(settingSources === undefined ? [] : [`--setting-sources=${settingSources.join(",")}`]),
    ...(options.strictMcpConfig ? ["--strict-mcp-config"] : []),
    ...(permissionMode === undefined ? [] : [`--permission-mode=${permissionMode}`]),
    ...(options.allowDangerouslySkipPermissions ? ["--allow-dangerously-skip-permissions"] : []),
    ...(options.persistSession === false ? ["--no-session-persistence"] : []),
    ...(settings === undefined ? [] : [`--settings=${settings}`]),
    ...(isAhead ? ["--await-claim"] : []),
    ...Object.entries(options.extraArgs ?? {}).map(([name, value]) => {
      return value === null ? `--${name}` : `--${name}=${value}`;
    }),
  ];
}

/** The first request to a process: what it is told beside its arguments. */
export function initializeRequest(
  { systemPrompt, agents }: StartOptions,
  hooks: Readonly<Record<string, readonly object[]>>,
): { subtype: "initialize" } & Record<string, unknown> {
  const isPreset = typeof systemPrompt === "object" && !Array.isArray(systemPrompt);
  const append = isPreset && systemPrompt.type === "preset" ? systemPrompt.append : undefined;
  return {
    subtype: "initialize",
    hooks,
    ...(isPreset ? {} : { systemPrompt: [systemPrompt ?? ""].flat() }),
    ...(append !== undefined && { appendSystemPrompt: append }),
    ...(agents && { agents }),
  };
}

/** Claude Code reads variables of the runtime that are meant for this server, and reports its own crashes. */
export function startEnvironment({ env = {} }: StartOptions): Readonly<Record<string, string | undefined>> {
  const { NODE_OPTIONS: _options, DEBUG: _debug, ...kept } = env;
  return { ...kept, BUN_ENABLE_CRASH_REPORTING: "0" };
}

function settingsOf(
  settings: StartOptions["settings"],
  sandbox: StartOptions["sandbox"],
): string | undefined {
  if (settings === undefined && sandbox === undefined) return undefined;
  return JSON.stringify({ ...settings, ...(sandbox && { sandbox }) });
}
