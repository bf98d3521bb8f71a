import { isRecord } from "../../lib/is-record.ts";
import { CHANNEL_NAMES } from "../../compose/channel-names.ts";
import type { JsonFile } from "./json-file.ts";

const { SERVER_NAME, ALLOWED_RULES, HOOK_NAMES, HOOKS_PATH, HOOK_SECRET_HEADER } = CHANNEL_NAMES;

/** A person answers an approval in this time, or nobody does; in seconds. */
const HOOK_TIMEOUT_S = 3_600;

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Adds the server to a file of MCP servers. What is there stays, but for an earlier entry of ours. */
export function withServer(file: JsonFile, { command, args, env }: ServerCommand): JsonFile {
  const servers = isRecord(file["mcpServers"]) ? file["mcpServers"] : {};
  // `alwaysLoad`: else the tool that answers may be put off by tool search.
  const own = { type: "stdio", command, args, env, alwaysLoad: true };
  return { ...file, mcpServers: { ...servers, [SERVER_NAME]: own } };
}

export interface HookTarget {
  /** Of the server, without a path. */
  readonly url: string;
  readonly secret: string;
}

/**
 * Adds to Claude Code's settings what a channel needs: that its tools run unasked, that the session takes its events, and the hooks
 * that tell what becomes of a turn. What is there stays; `conflicts` names what stands against it.
 */
export function withSettings(
  file: JsonFile,
  target: HookTarget,
  isProjectServer: boolean,
): { readonly settings: JsonFile; readonly conflicts: readonly string[] } {
  const conflicts: string[] = [];
  const permissions = isRecord(file["permissions"]) ? file["permissions"] : {};
  const environment = isRecord(file["env"]) ? file["env"] : {};
  const keep = (where: JsonFile, name: string, wanted: string): Readonly<Record<string, unknown>> => {
    const found = where[name];
    if (found !== undefined && found !== wanted)
      conflicts.push(`${name} is ${JSON.stringify(found)}; a channel needs "${wanted}"`);
    return { [name]: found ?? wanted };
  };
  return {
    settings: {
      ...file,
      permissions: { ...permissions, allow: withAll(permissions["allow"], ALLOWED_RULES) },
      // The tool that answers must be there from the first turn on.
      env: { ...environment, ...keep(environment, "ENABLE_TOOL_SEARCH", "false") },
      ...keep(file, "crossSessionInbound", "accept"),
      ...(isProjectServer && {
        enabledMcpjsonServers: withAll(file["enabledMcpjsonServers"], [SERVER_NAME]),
      }),
      hooks: withHooks(isRecord(file["hooks"]) ? file["hooks"] : {}, target),
    },
    conflicts,
  };
}

function withHooks(hooks: JsonFile, { url, secret }: HookTarget): JsonFile {
  const hook = {
    type: "http",
    url: `${url}${HOOKS_PATH}`,
    headers: { [HOOK_SECRET_HEADER]: secret },
    timeout: HOOK_TIMEOUT_S,
  };
  const own = HOOK_NAMES.map((name) => {
    const found: readonly unknown[] = Array.isArray(hooks[name]) ? hooks[name] : [];
    return [name, [...found.flatMap(withoutOurs), { hooks: [hook] }]] as const;
  });
  return { ...hooks, ...Object.fromEntries(own) };
}

/** Without the hooks of an earlier installation; a person's own may stand beside them. */
function withoutOurs(matcher: unknown): readonly unknown[] {
  if (!isRecord(matcher) || !Array.isArray(matcher["hooks"])) return [matcher];
  const hooks: readonly unknown[] = matcher["hooks"];
  const others = hooks.filter((hook) => !isOurs(hook));
  if (others.length === hooks.length) return [matcher];
  return others.length === 0 ? [] : [{ ...matcher, hooks: others }];
}

/** Perhaps for another port. */
function isOurs(hook: unknown): boolean {
  return isRecord(hook) && String(hook["url"]).endsWith(HOOKS_PATH);
}

function withAll(found: unknown, wanted: readonly string[]): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  return [...list, ...wanted.filter((one) => !list.includes(one))];
}
