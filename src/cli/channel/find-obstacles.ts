import { CHANNEL_NAMES } from "../../compose/channel-names.ts";
import { isRecord } from "../../lib/is-record.ts";
import type { JsonFile } from "./json-file.ts";

const { SERVER_NAME, ALLOWED_RULES } = CHANNEL_NAMES;

export interface FoundSettings {
  readonly path: string;
  readonly settings: JsonFile;
}

/**
 * What stands in Claude Code's settings and makes a channel dead or slow, each with its cure.
 * @param files - the ones that count most first
 */
export function findObstacles(files: readonly FoundSettings[], isProjectServer: boolean): readonly string[] {
  return [...findDisabledHooks(files), ...files.flatMap((file) => obstaclesIn(file, isProjectServer))];
}

/** The first file that has a word on it decides. */
function findDisabledHooks(files: readonly FoundSettings[]): readonly string[] {
  const deciding = files.find(({ settings }) => typeof settings["disableAllHooks"] === "boolean");
  if (deciding?.settings["disableAllHooks"] !== true) return [];
  return [
    `${deciding.path}: disableAllHooks is true, so no hook tells when a turn is over, what failed or what needs permission. Take it out.`,
  ];
}

function obstaclesIn({ path, settings }: FoundSettings, isProjectServer: boolean): readonly string[] {
  const permissions = isRecord(settings["permissions"]) ? settings["permissions"] : {};
  const isDisabled = isProjectServer && textsIn(settings["disabledMcpjsonServers"]).includes(SERVER_NAME);
  return [
    ...(isDisabled
      ? [
          `${path}: disabledMcpjsonServers names ${SERVER_NAME}, so Claude Code does not start it. Take the name out.`,
        ]
      : []),
    ...textsIn(permissions["deny"])
      .filter(isAboutUs)
      .map(
        (rule) =>
          `${path}: permissions.deny has ${rule}, so Claude cannot answer with the tool. Take the rule out.`,
      ),
    ...textsIn(permissions["ask"])
      .filter(isAboutUs)
      .map(
        (rule) =>
          `${path}: permissions.ask has ${rule}, so you are asked before each answer. Take the rule out.`,
      ),
  ];
}

/** A rule that names one of our tools, the server, or all of its tools by a star. */
function isAboutUs(rule: string): boolean {
  const named = rule.trim();
  if (named === `mcp__${SERVER_NAME}`) return true;
  const beginning = named.endsWith("*") ? named.slice(0, -1) : undefined;
  return ALLOWED_RULES.some((own) =>
    beginning === undefined ? own === named : beginning.startsWith("mcp__") && own.startsWith(beginning),
  );
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
