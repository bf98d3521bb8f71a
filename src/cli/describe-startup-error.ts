import type { ServerConfig } from "../config/config.ts";
import { UnusableStore } from "../core/words/unusable-store.ts";
import { ConfigError } from "../config/config-error.ts";
import { findPortOwner } from "./find-port-owner.ts";
import { codeOf } from "../lib/error-code.ts";

/** Explains to a person why the server could not start: what happened and what to do. */
export async function describeStartupError(
  error: unknown,
  server: Pick<ServerConfig, "host" | "port">,
): Promise<readonly string[]> {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof UnusableStore) return [`The server could not start: ${error.message}`];
  switch (findErrorCode(error)) {
    case "EADDRINUSE":
      return [await describePortConflict(server)];
    case "EACCES":
      return server.port > 0 && server.port < 1024
        ? [`Port ${server.port} is reserved for the system. Choose one above 1023 with --port.`]
        : [describeUnknown(error)];
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return [`This machine has no address ${server.host}. Choose another with --host, such as 127.0.0.1.`];
    case "ENOSPC":
    case "EDQUOT":
      return [
        "The disk is full, or this user's share of it. Make room, or choose another data folder with --data-dir.",
      ];
    default:
      return [describeUnknown(error)];
  }
}

/** Says which process uses the port. */
export async function describePortConflict({
  host,
  port,
}: Pick<ServerConfig, "host" | "port">): Promise<string> {
  const owner = await findPortOwner(port);
  const taker = owner ? `process ${owner.processId} (${owner.command})` : "another process";
  return `Port ${port} on ${host} is taken by ${taker}. Choose another with --port; 0 takes any free one.`;
}

/** The system error code of an error or of its cause. */
function findErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return codeOf(error) ?? findErrorCode(error.cause);
}

function describeUnknown(error: unknown): string {
  const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return `The server could not start: ${message.replace(/[.\s]+$/, "")}. Run it with --log-level debug for the details.`;
}
