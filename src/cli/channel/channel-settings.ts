import { join } from "node:path";

import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import { type ResolvedConfig, resolveConfig } from "../../config/resolve-config.ts";
import { SETTINGS } from "../../config/schema/config-schema.ts";
import { defaultDataDir } from "../../config/sources/default-data-dir.ts";
import { findOrigin } from "../../config/sources/origin.ts";
import type { Environment } from "../../config/sources/process-environment.ts";
import { LOG_LEVELS, type LogLevel } from "../../core/ports/logger.ts";
import type { Profile } from "../../core/words/profile.ts";
import type { CommandContext } from "../command-context.ts";
import { ownProgram } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";

const ENGINE = "channel";
/** Beside the default of `serve`, so that both can run. */
const DEFAULT_PORT = 4142;
const DEFAULT_TIMEOUT_MS = 600_000;
/** Conversations that Claude has been told of: each is only a note of that, no process. */
const MAX_CONVERSATIONS = 1_000;
const CONVERSATION_IDLE_MS = 7 * 24 * 60 * 60 * 1000;

const LEVEL_VARIABLE = "OPENAI_COMPAT_LOG_LEVEL";
/** Variables of an earlier program of this kind, taken where Turnpike's own are not set. */
const ALIASES: Readonly<Record<string, string>> = {
  OPENAI_COMPAT_PORT: "TURNPIKE_PORT",
  OPENAI_COMPAT_API_KEY: "TURNPIKE_API_KEY",
  OPENAI_COMPAT_TIMEOUT: "TURNPIKE_TURN_TIMEOUT",
  OPENAI_COMPAT_LOG: "TURNPIKE_LOG_FILE",
  [LEVEL_VARIABLE]: "TURNPIKE_LOG_LEVEL",
};
/** An id for the session, in that program's words. */
export const MODEL_VARIABLE = "OPENAI_COMPAT_MODEL";

/**
 * The settings of `turnpike channel`: those of `serve` with other defaults, and without what a session that a person has open does
 * not let be chosen. Each port has a data folder of its own in the common one, so that several sessions can have a channel.
 * @throws ConfigError when the settings cannot be used
 */
export function resolveChannel(
  given: GivenFlags,
  { environment, machine, engines }: Pick<CommandContext, "environment" | "machine" | "engines">,
): ResolvedConfig {
  const aliased = withAliases(environment);
  const project = environment["CLAUDE_PROJECT_DIR"]?.trim();
  const resolved = inAliases(aliased.used, () =>
    resolveConfig({
      ...given,
      environment: aliased.environment,
      machine: project ? { ...machine, currentDir: project } : machine,
      engines: [...engines, ENGINE],
    }),
  );
  const isDefault = (key: string) => resolved.originOf(key).type === "default";
  const { config } = resolved;
  const port = isDefault("server.port") ? DEFAULT_PORT : config.server.port;
  const dataDir = isDefault("dataDir")
    ? join(defaultDataDir(machine, environment), `channel-${port}`)
    : config.dataDir;
  const turnMs = isDefault("turns.turnTimeout") ? DEFAULT_TIMEOUT_MS : config.turns.turnTimeoutMs;
  const model = environment[MODEL_VARIABLE]?.trim();
  const unknownLevel = findUnknownLevel(environment);
  return {
    ...resolved,
    config: channelConfig(config, { port, dataDir, turnMs, model: model || undefined }),
    warnings: [...resolved.warnings, ...(unknownLevel === undefined ? [] : [unknownLevel])],
  };
}

/**
 * What to tell a person whose approver keys Claude Code hands to its server: then Claude's own commands can read them, too.
 * Undefined when they come from a file.
 */
export function findOpenApproverKey(
  { originOf }: Pick<ResolvedConfig, "originOf">,
  context: Pick<CommandContext, "environment">,
): string | undefined {
  const origin = findOrigin("auth.approverKeys", originOf);
  if (origin.type !== "environment" && origin.type !== "flag") return undefined;
  return `Whatever Claude runs can read an approver key that is in Claude Code's environment or files, and approve for itself. Leave ${origin.name} out: ${ownProgram(context)} channel install makes a key and shows it once.`;
}

interface ChannelValues {
  readonly port: number;
  readonly dataDir: string;
  readonly turnMs: number;
  readonly model: string | undefined;
}

function channelConfig(config: Config, { port, dataDir, turnMs, model }: ChannelValues): Config {
  const { default: base } = config.profiles;
  if (!base) throw new ConfigError(["There is no profile 'default'."]);
  const profile: Profile = {
    ...base,
    engine: ENGINE,
    builtinTools: "on",
    // The session has its own; what it may do is the person's choice there.
    permissionMode: "default",
    settingSources: [],
    mcpServers: {},
    agents: {},
    sandbox: "off",
    isolation: "none",
    environment: {},
  };
  const own = Object.entries(config.models).filter(
    ([id, target]) => !id.endsWith("*") && target.profile === "default" && target.model === config.model,
  );
  const ids = new Set([...(model === undefined ? [] : [model]), ...own.map(([id]) => id)]);
  return {
    ...config,
    server: { ...config.server, port, drainMs: 0 },
    // What a client may not decide for itself: the person's session would do it.
    auth: { ...config.auth, clientsMayApprove: false },
    dataDir,
    profiles: { default: profile },
    // The session answers with the model that it has, whatever it is called here.
    models: Object.fromEntries(Array.from(ids, (id) => [id, { profile: "default", model: "default" }])),
    model: "default",
    mcpServers: {},
    sessions: {
      ...config.sessions,
      maxSessions: MAX_CONVERSATIONS,
      maxSpares: 0,
      sessionIdleMs: CONVERSATION_IDLE_MS,
    },
    turns: {
      ...config.turns,
      // There is one conversation, so one turn.
      maxTurnsAtOnce: 1,
      turnTimeoutMs: turnMs,
      firstByteTimeoutMs: turnMs,
      streamIdleTimeoutMs: turnMs,
      tokenCount: "estimate",
    },
    demo: false,
  };
}

/** A number without a unit counts seconds in Turnpike; where others count milliseconds, nobody means hours. */
const LEAST_MILLISECONDS = 10_000;

/** The environment with Turnpike's own names for the aliases that count. `used`: which these are. */
export function withAliases(environment: Environment): {
  readonly environment: Environment;
  readonly used: readonly (readonly [alias: string, name: string])[];
} {
  const isUnknownLevel = findUnknownLevel(environment) !== undefined;
  const used = Object.entries(ALIASES).filter(
    ([alias, name]) =>
      environment[alias]?.trim() &&
      !environment[name]?.trim() &&
      !(isUnknownLevel && alias === LEVEL_VARIABLE),
  );
  const values = used.flatMap(([alias, name]) => {
    const value = environment[alias]?.trim() ?? "";
    // Some switch the log with it instead of naming a file.
    if (alias === "OPENAI_COMPAT_LOG" && ON.test(value)) return [];
    if (alias === "OPENAI_COMPAT_LOG" && OFF.test(value)) return [["TURNPIKE_LOG_LEVEL", "none"]];
    return [[name, translate(alias, value)]];
  });
  return { environment: { ...environment, ...Object.fromEntries(values) }, used };
}

const ON = /^(1|true|yes|on)$/i;
const OFF = /^(0|false|no|off)$/i;

function translate(alias: string, value: string): string {
  if (alias === "OPENAI_COMPAT_TIMEOUT" && /^\d+$/.test(value) && Number(value) >= LEAST_MILLISECONDS)
    return `${value}ms`;
  if (alias !== LEVEL_VARIABLE) return value;
  return LEVELS[value.toLowerCase()] ?? value;
}

/** Levels of other programs: of loggers of JavaScript and Python, of syslog, and pino's numbers. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  ...Object.fromEntries(LOG_LEVELS.map((level) => [level, level])),
  silent: "none",
  off: "none",
  quiet: "none",
  emergency: "error",
  emerg: "error",
  alert: "error",
  critical: "error",
  crit: "error",
  fatal: "error",
  err: "error",
  warning: "error",
  warn: "error",
  notice: "info",
  http: "info",
  information: "info",
  log: "info",
  verbose: "debug",
  silly: "trace",
  all: "trace",
  "60": "error",
  "50": "error",
  "40": "error",
  "30": "info",
  "20": "debug",
  "10": "trace",
};

/** A level that nobody knows must not cost the channel: it is told, and the default counts. */
export function findUnknownLevel(environment: Environment): string | undefined {
  const value = environment[LEVEL_VARIABLE]?.trim();
  if (!value || environment["TURNPIKE_LOG_LEVEL"]?.trim() || value.toLowerCase() in LEVELS) return undefined;
  return `${LEVEL_VARIABLE}: there is no level "${value}", so it is ignored. The levels are ${LOG_LEVELS.join(", ")}.`;
}

/** Problems name the variable that the person has set. */
function inAliases<Result>(used: readonly (readonly [string, string])[], resolve: () => Result): Result {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const named = error.problems.map((problem) =>
      used.reduce((text, [alias, name]) => text.replaceAll(name, alias), withOwnDefaults(problem)),
    );
    throw new ConfigError(named, { cause: error });
  }
}

/** A problem tells the default of `serve`. */
function withOwnDefaults(problem: string): string {
  return SETTINGS.reduce((text, { key, flagName, environmentNames, default: common }) => {
    const own = OWN_DEFAULTS[key];
    const isAbout = [flagName, key, ...environmentNames].some((name) => text.includes(name));
    return own !== undefined && common !== undefined && isAbout
      ? text.replace(`default: ${common}.`, `default: ${own}.`)
      : text;
  }, problem);
}

/** As the settings' own defaults are written. */
const OWN_DEFAULTS: Readonly<Record<string, string>> = {
  "server.port": String(DEFAULT_PORT),
  "turns.turnTimeout": `${DEFAULT_TIMEOUT_MS / 60_000}m`,
};
