import { formatByteSize } from "../schema/byte-size.ts";
import { SETTINGS } from "../schema/config-schema.ts";
import type { Config, ConfiguredModel } from "../config.ts";
import { maskSecret } from "./mask-secret.ts";
import { formatOrigin } from "../sources/origin.ts";
import type { ResolvedConfig } from "../resolve-config.ts";
import type { Setting } from "../schema/setting.ts";
import type { Profile } from "../../core/words/profile.ts";
import type { McpServer } from "../../core/words/mcp-server.ts";
import { valueAt } from "../sources/value-at.ts";

/** One row of `config show`; safe to print anywhere. */
export interface ConfigRow {
  readonly key: string;
  readonly value: string;
  /** The flag, the variable, the file's path and key, or `default`. */
  readonly origin: string;
}

/** Every setting with its value and its origin, secrets masked. */
export function describeConfig(resolved: ResolvedConfig): readonly ConfigRow[] {
  const { config, originOf } = resolved;
  const effective = effectiveValues(config);
  const values: readonly (readonly [string, string])[] = [
    ...SETTINGS.map(
      (setting) => [setting.key, effective.get(setting.key) ?? describeGiven(setting, resolved)] as const,
    ),
    ...Object.entries(config.mcpServers).map(
      ([name, server]) =>
        [`mcpServers.${name}`, describeMcpServer(server, resolved.givenFor(`mcpServers.${name}`))] as const,
    ),
    ...Object.values(config.profiles).map(
      (profile) => [`profiles.${profile.name}`, describeProfile(profile)] as const,
    ),
    ...Object.entries(config.models).map(([id, model]) => [`models.${id}`, describeModel(model)] as const),
  ];
  return values.map(([key, value]) => ({ key, value, origin: formatOrigin(originOf(key)) }));
}

/** Effective values that differ from what was given, or that depend on the machine. */
function effectiveValues(config: Config): ReadonlyMap<string, string> {
  const values: readonly (readonly [string, string | undefined])[] = [
    ["dataDir", config.dataDir],
    ["workspace", config.workspace],
    ["trustedFolders", config.trustedFolders.join(", ") || "none"],
    ["requests.folders", config.requests.folders.join(", ") || "none"],
    ["requests.mcpServers", config.requests.mcpServers],
    ["requests.commands", config.requests.commands.join(", ") || "none"],
    ["sessions.maxSpawnsAtOnce", String(config.sessions.maxSpawnsAtOnce)],
    ["sessions.maxMemory", formatByteSize(config.sessions.maxMemoryBytes)],
    ["turns.maxTurnsAtOnce", String(config.turns.maxTurnsAtOnce)],
    ["log.file", config.log.file],
    ["claude.executable", config.claude.executable],
  ];
  return new Map(values.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function describeGiven(setting: Setting, { givenFor }: ResolvedConfig): string {
  const given = givenFor(setting.key);
  if (given === undefined) return setting.default ?? "";
  const items: readonly unknown[] = Array.isArray(given) ? given : String(given).split(",");
  const texts = items.map((item) => String(item).trim());
  return (setting.isSecret ? texts.map(maskSecret) : texts).join(", ") || "none";
}

function describeModel({ profile, model }: ConfiguredModel): string {
  return `profile ${profile}, model ${model ?? "as requested"}`;
}

/** A profile for `config show`; empty fields are left out. */
function describeProfile(profile: Profile): string {
  const { effort, maxTurns, maxBudgetUsd, instructions } = profile;
  return [
    `engine ${profile.engine}`,
    `system prompt ${profile.systemPrompt}`,
    ...(instructions === "" ? [] : [`instructions of ${instructions.length} characters`]),
    `built-in tools ${profile.builtinTools}`,
    `permission mode ${profile.permissionMode}`,
    ...describeList("allowed", profile.allowedTools),
    ...describeList("disallowed", profile.disallowedTools),
    `settings ${profile.settingSources.join("+") || "none"}`,
    `activity ${profile.activity}`,
    `workspace ${profile.workspace}`,
    ...describeList("more folders", profile.additionalDirectories),
    `isolation ${profile.isolation}`,
    `sandbox ${profile.sandbox}`,
    ...describeList("MCP servers", Object.keys(profile.mcpServers)),
    ...describeList("agents", Object.keys(profile.agents)),
    ...(effort === undefined ? [] : [`effort ${effort}`]),
    ...(maxTurns === undefined ? [] : [`at most ${maxTurns} model calls`]),
    ...(maxBudgetUsd === undefined ? [] : [`at most $${maxBudgetUsd} per turn`]),
    ...describeNames("environment", profile.environment),
  ].join(", ");
}

function describeList(what: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${what} ${items.join(" + ")}`];
}

/**
 * An MCP server for `config show`. For variables and headers only the names are shown; arguments and the URL are shown as
 * `given`, because the values filled in may be secret.
 */
function describeMcpServer(server: McpServer, given: unknown): string {
  if (server.type === "stdio") {
    const args = valueAt(given, ["args"]);
    const words = [server.command, ...(Array.isArray(args) ? args.map(String) : [])];
    return [`stdio ${words.join(" ")}`, ...describeNames("env", server.env)].join(", ");
  }
  const url = String(valueAt(given, ["url"]));
  return [`${server.type} ${withoutSecrets(url)}`, ...describeNames("headers", server.headers)].join(", ");
}

/** Names only, for a record whose values may be secret. */
function describeNames(what: string, record: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(record);
  return names.length === 0 ? [] : [`${what} ${names.map((name) => `${name}=***`).join(" ")}`];
}

function withoutSecrets(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1***@").replace(/\?.*$/, "?***");
}
