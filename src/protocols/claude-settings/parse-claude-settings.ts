import { RequestError } from "../request-error.ts";
import type { CheckSetting, SettingPlace } from "./check-setting.ts";
import type { ClaudeSettings } from "./claude-settings.ts";
import { parseMcpServers, serverNamesSchema } from "./parse-mcp-servers.ts";
import { readSettingText } from "./read-setting-text.ts";
import { type SettingName, settingsSchema } from "./setting-schemas.ts";
import { NAME_BY_FIELD, NAME_BY_HEADER, spellHeader } from "./setting-spellings.ts";

/** All places where a request may have settings. */
export interface SettingPlaces {
  /** The body's field `claude`. */
  readonly claude?: Readonly<Record<string, unknown>> | null | undefined;
  /** All headers of the request, their names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

/** One setting in one place. */
interface Given {
  readonly name: SettingName;
  readonly value: unknown;
  readonly place: SettingPlace;
}

const HEADER_PREFIX = "x-turnpike-";
/** This header is read with the rest of the timeout, since its unit differs. */
export const TIMEOUT_HEADER = "x-turnpike-timeout";
const METADATA_PREFIX = "claude.";
const ENVIRONMENT = new Set(["env", "environment"]);

/**
 * Reads the settings for Turnpike itself. If a setting is sent several times, the body wins over the header, and the header over
 * `metadata`; each must be valid all the same. `without` lists settings that the protocol has no use for.
 * @throws RequestError naming the place of the first mistake
 */
export function parseClaudeSettings(
  places: SettingPlaces,
  check: CheckSetting,
  without: readonly SettingName[] = [],
): ClaudeSettings {
  const ignored: string[] = [];
  const found = [
    ...fromBody(places.claude ?? {}, ignored),
    ...fromHeaders(places.headers ?? {}, ignored),
    ...fromMetadata(places.metadata ?? {}, ignored),
  ];
  const chosen = new Map<SettingName, Given>();
  for (const given of found) {
    checkGiven(given, check);
    if (without.includes(given.name)) ignored.push(given.place.join("."));
    else if (!chosen.has(given.name)) chosen.set(given.name, given);
  }
  const given = [...chosen.values()];
  // Each of them has passed its own schema.
  const values = settingsSchema.parse(Object.fromEntries(given.map(({ name, value }) => [name, value])));
  const { command, approvals, includeFiles, activity, timeoutMs, mcpServers, ...settings } = values;
  const serversPlace = chosen.get("mcpServers")?.place;
  return {
    settings: withoutUndefined({
      ...settings,
      mcpServers: mcpServers && serversPlace && parseMcpServers(mcpServers, serversPlace, check),
    }),
    ...withoutUndefined({ command, approvals, includeFiles, activity, timeoutMs }),
    sources: Object.fromEntries(given.map(({ name, place }) => [name, place.join(".")])),
    ignored,
  };
}

function checkGiven({ name, value, place }: Given, check: CheckSetting): void {
  const isNames = name === "mcpServers" && place[0] !== "claude";
  check(isNames ? serverNamesSchema : settingsSchema.shape[name], value, place);
}

function fromBody(claude: Readonly<Record<string, unknown>>, ignored: string[]): readonly Given[] {
  const found = new Map<SettingName, Given>();
  for (const [field, value] of Object.entries(claude)) {
    if (value === null || value === undefined) continue;
    const param = `claude.${field}`;
    rejectEnvironment(field, param);
    const name = NAME_BY_FIELD.get(field);
    if (!name) ignored.push(param);
    else if (found.has(name)) throw sentTwice(param, found.get(name)?.place.join(".") ?? "");
    else found.set(name, { name, value, place: ["claude", field] });
  }
  return [...found.values()];
}

function fromHeaders(headers: Readonly<Record<string, string>>, ignored: string[]): readonly Given[] {
  return Object.entries(headers).flatMap(([header, text]) => {
    if (!header.startsWith(HEADER_PREFIX) || header === TIMEOUT_HEADER) return [];
    const spelled = spellHeader(header);
    rejectEnvironment(header.slice(HEADER_PREFIX.length), spelled);
    const name = NAME_BY_HEADER.get(header);
    if (name) return [{ name, value: readSettingText(name, decodeHeader(text)), place: [spelled] }];
    ignored.push(spelled);
    return [];
  });
}

function fromMetadata(metadata: Readonly<Record<string, unknown>>, ignored: string[]): readonly Given[] {
  const found = new Map<SettingName, Given>();
  for (const [key, value] of Object.entries(metadata)) {
    if (!key.startsWith(METADATA_PREFIX) || value === null || value === undefined) continue;
    const param = `metadata.${key}`;
    const field = key.slice(METADATA_PREFIX.length);
    rejectEnvironment(field, param);
    const name = NAME_BY_FIELD.get(field);
    if (!name) ignored.push(param);
    else if (found.has(name)) throw sentTwice(param, found.get(name)?.place.join(".") ?? "");
    else {
      const read = typeof value === "string" ? readSettingText(name, value) : value;
      found.set(name, { name, value: read, place: ["metadata", key] });
    }
  }
  return [...found.values()];
}

function rejectEnvironment(field: string, param: string): void {
  if (!ENVIRONMENT.has(field)) return;
  throw new RequestError(
    "unsupported_parameter",
    `Unsupported parameter: '${param}'. The environment of Claude Code comes from the server's configuration (setting profiles.<name>.environment), never from a request.`,
    param,
  );
}

/** Node decodes headers as Latin-1, but most clients send paths in UTF-8. */
function decodeHeader(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}

function sentTwice(param: string, other: string): RequestError {
  return new RequestError(
    "mutually_exclusive_parameters",
    `'${param}' and '${other}' are two spellings of one setting. Send one of them.`,
    param,
  );
}

type Defined<Value> = { [Key in keyof Value]?: Exclude<Value[Key], undefined> };

function withoutUndefined<Value extends object>(value: Value): Defined<Value> {
  // Proof for the cast: only what is undefined is left out.
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<Value>;
}
