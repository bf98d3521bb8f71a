import { unlikeDefaults } from "../models/fit-sampling.ts";
import type { Engine } from "../ports/engine.ts";
import { AppError } from "../words/app-error.ts";
import type { Message } from "../words/message.ts";
import type { Sampling } from "../words/sampling.ts";
import type { TurnRequest } from "../words/turn-request.ts";
import { hasBuiltinTools, type ProcessKind } from "./process-kind.ts";

type Needs = Pick<
  TurnRequest,
  "tools" | "serverTools" | "command" | "target" | "sampling" | "outputFormat" | "messages"
>;

/**
 * Makes sure that the engine can do what the turn needs.
 * @throws AppError `invalid-request` naming what it cannot do
 */
export function requireCapabilities(
  { name, capabilities }: Pick<Engine, "name" | "capabilities">,
  kind: ProcessKind,
  { tools, serverTools, command, target, sampling, outputFormat, messages }: Needs,
): void {
  const refuse = (what: string, param?: string): never => {
    const why = capabilities.whyFewer === undefined ? "" : ` ${capabilities.whyFewer}`;
    throw new AppError({
      kind: "invalid-request",
      message: `The model '${target.modelId}' has no ${what}: the engine '${name}' of its profile does not offer them.${why}`,
      ...(param !== undefined && { param }),
    });
  };
  if (tools.list.length > 0 && !capabilities.clientTools) refuse("tools of the client's", "tools");
  if (serverTools?.mcpServers.length && !capabilities.requestedServers)
    refuse("MCP servers of requests", "tools");
  if (command !== undefined && !capabilities.commands) refuse("commands", "claude.command");
  if (hasBuiltinTools(kind) && !capabilities.builtinTools) refuse("tools of Claude Code's own", "tools");
  if (target.model !== ACCOUNT_DEFAULT && !capabilities.models)
    refuse(`choice of models ('${target.model}')`, "model");
  if (outputFormat && !capabilities.outputFormats) refuse("answers in a given form");
  if (!capabilities.media && messages.some(hasMedia)) refuse("eyes for images and files", "messages");
  const asked = capabilities.sampling ? undefined : findSetting(sampling);
  if (asked !== undefined) refuse(`settings for ${asked}`, PARAMETERS.get(asked));
}

/** The name that leaves the choice of the model to the account. */
const ACCOUNT_DEFAULT = "default";

/** Those that every protocol names alike. */
const PARAMETERS = new Map([
  ["the temperature", "temperature"],
  ["top_p", "top_p"],
]);

function hasMedia({ content }: Message): boolean {
  return content.some(
    (part) =>
      part.type === "image" ||
      part.type === "document" ||
      (part.type === "tool-result" && part.content.some(({ type }) => type !== "text")),
  );
}

/** The first thing, in words, that a request asks of the model beyond an answer. */
function findSetting(sampling: Sampling): string | undefined {
  const { temperature, topP, topK } = unlikeDefaults(sampling);
  // Not a limit of tokens: one protocol demands it of every request.
  const { effort, asksToThink, thinkingTokens, verbosity } = sampling;
  if (temperature !== undefined) return "the temperature";
  if (topP !== undefined) return "top_p";
  if (topK !== undefined) return "top_k";
  // Not the least of it either: that is asked for titles, completions of code and tests of a connection, for which any answer is right.
  const wantsEffort = effort !== undefined && effort !== "none";
  if (wantsEffort || asksToThink || thinkingTokens !== undefined) return "thinking and effort";
  return verbosity === undefined || verbosity === "medium" ? undefined : "verbosity";
}
