import { formatByteSize } from "../schema/byte-size.ts";
import { SETTINGS } from "../schema/config-schema.ts";
import type { Config, ConfiguredModel } from "../config.ts";
import { describeMcpServer } from "./describe-mcp-server.ts";
import { describeProfile } from "./describe-profile.ts";
import { maskSecret } from "./mask-secret.ts";
import { formatOrigin } from "../sources/origin.ts";
import type { ResolvedConfig } from "../resolve-config.ts";
import type { Setting } from "../schema/setting.ts";

/** One line of `config show`; safe to print anywhere. */
export interface ConfigRow {
  readonly key: string;
  readonly value: string;
  /** The flag, the variable, the file's path and key, or `default`. */
  readonly origin: string;
}

/** Every setting with its value and who set it, secrets masked. */
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

/** Values that differ from what was given, or that only the machine decides. */
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
