import { RequestError } from "../request-error.ts";
import type { PromptBody } from "./messages-request-schema.ts";

/** The betas under which a client gives tools that the model is to see only when it has searched for them. */
const TOOL_SEARCH = /\b(?:advanced-tool-use|tool-search-tool)-\d{4}-\d{2}-\d{2}\b/g;

/**
 * Claude Code has no way for tools that are loaded later. A client that asks for them by a beta is refused in the words that the
 * API has for a beta it does not know: on these Claude Code, as a client, at once sends all of its tools instead, and remembers it.
 * @throws RequestError
 */
export function rejectToolSearch({ tools }: PromptBody, headers: Readonly<Record<string, string>>): void {
  if (!tools?.some((tool) => tool["defer_loading"] === true)) return;
  const betas = headers["anthropic-beta"]?.match(TOOL_SEARCH) ?? [];
  if (betas.length === 0) return;
  const names = betas.map((beta) => `\`${beta}\``).join(", ");
  throw new RequestError(
    null,
    `Unexpected value(s) ${names} for the \`anthropic-beta\` header. This server takes no tools that are loaded later ` +
      "(`defer_loading`): send all tools without it.",
  );
}
