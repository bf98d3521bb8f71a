import type { Engine } from "../ports/engine.ts";
import { AppError } from "../words/app-error.ts";
import type { TurnRequest } from "../words/turn-request.ts";
import { hasBuiltinTools, type ProcessKind } from "./process-kind.ts";

/**
 * Makes sure that the engine can do what the turn needs.
 * @throws AppError `invalid-request` naming what it cannot do
 */
export function requireCapabilities(
  { name, capabilities }: Pick<Engine, "name" | "capabilities">,
  kind: ProcessKind,
  { tools, serverTools, command, target }: Pick<TurnRequest, "tools" | "serverTools" | "command" | "target">,
): void {
  const refuse = (what: string, param: string): never => {
    throw new AppError({
      kind: "invalid-request",
      message: `The model '${target.modelId}' has no ${what}: the engine '${name}' of its profile does not offer them.`,
      param,
    });
  };
  if (tools.list.length > 0 && !capabilities.clientTools) refuse("tools of the client's", "tools");
  if (serverTools?.mcpServers.length && !capabilities.requestedServers)
    refuse("MCP servers of requests", "tools");
  if (command !== undefined && !capabilities.commands) refuse("commands", "claude.command");
  if (hasBuiltinTools(kind) && !capabilities.builtinTools) refuse("tools of Claude Code's own", "tools");
}
