/** Whether Claude Code listens to the channel of a server, as its debug log tells. */
export type ChannelGate =
  | { readonly type: "open" }
  | { readonly type: "closed"; readonly reason: string }
  /** No log, or none of a session with the channel. */
  | { readonly type: "untold" };

/** Reads the last word of the log about it. */
export function readChannelGate(log: string, server: string): ChannelGate {
  const name = server.replaceAll(/[^\w-]/g, "\\$&");
  const told = new RegExp(
    `MCP server "${name}":? Channel notifications (?:(?<open>registered|re-registered)|skipped: (?<reason>[^\n]*))`,
    "g",
  );
  const last = [...log.matchAll(told)].at(-1)?.groups;
  if (!last) return { type: "untold" };
  return last["open"] === undefined
    ? { type: "closed", reason: last["reason"]?.trim() ?? "" }
    : { type: "open" };
}
