import type { z } from "zod";
import type { CollectedSettings } from "../sources/collect-settings.ts";
import { SETTINGS } from "../schema/config-schema.ts";
import { isRecord } from "../../lib/is-record.ts";
import { nearestName } from "./nearest-name.ts";
import { formatOrigin } from "../sources/origin.ts";
import { valueAt } from "../sources/value-at.ts";
import { mcpServerFields } from "../schema/mcp-server-schema.ts";
import { modelTargetSchema } from "../schema/model-schema.ts";
import { profileSchema, subAgentSchema } from "../schema/profile-schema.ts";

type Issue = z.core.$ZodIssue;

/** Describes what is wrong with a setting, as lines for a person. */
export function describeProblem(
  issue: Issue,
  collected: CollectedSettings,
  filePath: string,
): readonly string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => describeUnknownKey(issue.path, key, filePath));
  }
  const given = valueAt(collected.raw, issue.path);
  if (issue.code === "invalid_union" && isRecord(given)) {
    // The last option of every union here is the object: its issues are about what is inside.
    const inner = issue.errors.at(-1) ?? [];
    return inner.flatMap((innerIssue) =>
      describeProblem({ ...innerIssue, path: [...issue.path, ...innerIssue.path] }, collected, filePath),
    );
  }
  const key = issue.path.join(".");
  if (issue.code === "invalid_key") return [`${filePath}: ${key} ${issue.issues[0]?.message}.`];
  const origin = collected.origins.get(key) ?? { type: "file", path: filePath, key };
  const setting = SETTINGS.find((known) => known.key === key);
  const got =
    setting?.isSecret || mayHoldSecrets(issue.path)
      ? ""
      : `, ${given === undefined ? "but it is missing" : `got ${show(given)}`}`;
  const cure = setting?.default ? ` Change it, or leave it out for the default: ${setting.default}.` : "";
  // All other origins name the setting in their own way.
  const place = origin.type === "changed" ? `${formatOrigin(origin)}: ${key}` : formatOrigin(origin);
  return [`${place}: ${issue.message}${got}.${cure}${hintFor(given)}`];
}

/** True for headers and environments, and for the objects that contain them. */
function mayHoldSecrets([section, , field]: readonly PropertyKey[]): boolean {
  return (
    section === "mcpServers" ||
    (section === "profiles" && (field === "mcpServers" || field === "environment"))
  );
}

function describeUnknownKey(path: readonly PropertyKey[], name: string, filePath: string): string {
  const parent = path.map((part) => `${String(part)}.`).join("");
  const keys = [
    ...SETTINGS.map((setting) => setting.key),
    ...recordFields(path).map((field) => `${parent}${field}`),
  ];
  const meant =
    nearestByLastPart(
      name,
      keys.filter((known) => known.startsWith(parent)),
    ) ?? nearestByLastPart(name, keys);
  const cure = meant ? `Did you mean ${meant}?` : "Remove it; the command `config show` lists all settings.";
  return `${filePath}: ${parent}${name} is not a setting. ${cure}`;
}

/** People write `port` at the top level, or `sever.port`; both mean the key with the same last part. */
function nearestByLastPart(name: string, keys: readonly string[]): string | undefined {
  const nearest = nearestName(name, keys.map(lastPart));
  return nearest === undefined ? undefined : keys.find((key) => lastPart(key) === nearest);
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}

const LONGEST_SHOWN = 60;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** Kubernetes sets TURNPIKE_PORT automatically for pods next to a service of that name. */
function hintFor(given: unknown): string {
  if (typeof given !== "string" || !given.startsWith("tcp://")) return "";
  return " Kubernetes made this variable for a service named turnpike: set enableServiceLinks: false.";
}

/** The fields that the file may have at a path inside a record with the person's own names, such as one profile. */
function recordFields(path: readonly PropertyKey[]): readonly string[] {
  const [section, , inner] = path;
  const place = [path.length, section, inner].join(" ").trim();
  switch (place) {
    case "2 profiles":
      return Object.keys(profileSchema.shape);
    case "4 profiles agents":
      return Object.keys(subAgentSchema.shape);
    case "2 mcpServers":
    case "4 profiles mcpServers":
      return Object.keys(mcpServerFields.shape);
    case "2 models":
      return Object.keys(modelTargetSchema.shape);
    default:
      return [];
  }
}
