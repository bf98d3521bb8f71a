import { z } from "zod";

import type { McpServer } from "../../core/words/mcp-server.ts";
import type { RequestSettings } from "../../core/words/request-settings.ts";
import { RequestError } from "../request-error.ts";
import type { CheckSetting, SettingPlace } from "./check-setting.ts";

const MAX_SERVERS = 16;
/** Configured ones, in a list. */
const MAX_NAMED = 64;

const serverName = z.string().regex(/^[a-zA-Z0-9_-]{1,32}$/);
const argument = z
  .string()
  .max(16_384)
  .regex(/^[^\0]*$/);
/** Claude Code would fill in a variable of this server's environment, possibly a secret, and send it to the MCP server. */
const withoutVariables = (text: string) => !text.includes("${");
const NO_VARIABLES = "Variables such as ${NAME} are not filled in for requests; send the value itself.";

const commandSchema = z.looseObject({
  type: z.literal("stdio").nullish(),
  command: argument.min(1),
  args: z.array(argument).max(128).nullish(),
  env: pairs(/^[A-Za-z_][A-Za-z0-9_]*$/, argument, 128),
});

const remoteSchema = z.looseObject({
  type: z.enum(["http", "sse"]).nullish(),
  url: z
    .string()
    .min(1)
    .max(4096)
    .refine(isWebAddress, "Expected a URL that begins with http:// or https://, without a user and password.")
    .refine(withoutVariables, NO_VARIABLES),
  headers: pairs(
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/,
    z
      .string()
      .max(16_384)
      .regex(/^[\t\x20-\x7e\x80-\xff]*$/)
      .refine(withoutVariables, NO_VARIABLES),
    64,
  ),
});

/**
 * The MCP servers of a request: a list of names of configured servers and of records with the request's own, or one such record.
 * @throws RequestError
 */
export function parseMcpServers(
  given: readonly unknown[] | Readonly<Record<string, unknown>>,
  place: SettingPlace,
  check: CheckSetting,
): NonNullable<RequestSettings["mcpServers"]> {
  const configured = new Set<string>();
  const own = new Map<string, McpServer>();
  const takeRecord = (record: Readonly<Record<string, unknown>>, at: SettingPlace) => {
    for (const [name, server] of Object.entries(record)) {
      if (own.size === MAX_SERVERS) throw tooMany(place);
      check(serverName, name, [...at, name]);
      if (own.has(name) || configured.has(name)) throw namedTwice(name, place);
      own.set(name, parseServer(server, [...at, name], check));
    }
  };
  if (!isList(given)) takeRecord(given, place);
  else {
    for (const [index, each] of given.entries()) {
      // OpenAI writes this `mcpServers[1]`; a place is a list of words, so the last word carries the index.
      const at: SettingPlace = indexed(place, index);
      if (index === MAX_NAMED) throw tooMany(place);
      if (typeof each !== "string") takeRecord(check(z.record(z.string(), z.unknown()), each, at), at);
      else if (own.has(check(serverName, each, at))) throw namedTwice(each, place);
      else configured.add(each);
    }
  }
  return { configured: [...configured], own: Object.fromEntries(own) };
}

/** Names only, as in headers and metadata: secrets belong in the body. */
export const serverNamesSchema = z.array(serverName).max(MAX_NAMED);

function parseServer(given: unknown, place: SettingPlace, check: CheckSetting): McpServer {
  const { type, command } = check(
    z.looseObject({ type: z.enum(["stdio", "http", "sse"]).nullish(), command: z.unknown().optional() }),
    given,
    place,
  );
  if (type === "stdio" || (!type && command !== undefined && command !== null)) {
    const server = check(commandSchema, given, place);
    return { type: "stdio", command: server.command, args: server.args ?? [], env: server.env ?? {} };
  }
  const server = check(remoteSchema, given, place);
  return { type: server.type ?? "http", url: server.url, headers: server.headers ?? {} };
}

function pairs(name: RegExp, value: z.ZodType<string>, most: number) {
  return z
    .record(z.string(), value)
    .refine((record) => Object.keys(record).length <= most, `Expected at most ${most} entries.`)
    .refine(
      (record) => Object.keys(record).every((key) => key.length <= 256 && name.test(key)),
      `Expected names that match the pattern '${name.source}'.`,
    )
    .nullish();
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

function isList(given: readonly unknown[] | Readonly<Record<string, unknown>>): given is readonly unknown[] {
  return Array.isArray(given);
}

function indexed([first, ...rest]: SettingPlace, index: number): SettingPlace {
  const last = rest.pop();
  return last === undefined ? [`${first}[${index}]`] : [first, ...rest, `${last}[${index}]`];
}

function tooMany(place: SettingPlace): RequestError {
  const param = place.join(".");
  const most = `a request may bring at most ${MAX_SERVERS} MCP servers of its own, and name at most ${MAX_NAMED}.`;
  return new RequestError("invalid_value", `Invalid '${param}': ${most}`, param);
}

function namedTwice(name: string, place: SettingPlace): RequestError {
  const param = place.join(".");
  return new RequestError("invalid_value", `Invalid '${param}': there are two MCP servers '${name}'.`, param);
}
