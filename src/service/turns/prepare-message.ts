import { measureOf } from "../../core/tokens/count-tokens.ts";
import type { TokenPrompt } from "../../core/ports/token-counter.ts";
import type { ModelTarget } from "../../core/words/profile.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import {
  type MessagesRequest,
  parseCountRequest,
  parseMessagesRequest,
} from "../../protocols/messages/parse-messages-request.ts";
import { requireLastWord } from "../../protocols/messages/require-last-word.ts";
import type { ServiceParts } from "../service-parts.ts";
import { buildTurnRequest, type TurnProtocol } from "./build-turn-request.ts";
import type { Caller } from "./caller.ts";
import { namesConversation } from "./conversation-name.ts";
import { resolveAsked, resolveModel } from "./resolve-asked.ts";

const PROTOCOL: TurnProtocol = {
  name: "messages",
  schemaParams: {
    format: "output_config.format.schema",
    tool: (index) => `tools.${index}.custom.input_schema`,
  },
};

/** Everything needed to run a turn of the Messages API. */
export interface PreparedMessage {
  readonly asked: MessagesRequest;
  readonly request: TurnRequest;
}

/**
 * Reads a request for a message.
 * @throws AppError for what is wrong with it
 */
export async function prepareMessage(
  parts: Pick<ServiceParts, "models" | "requestPolicy" | "schemas">,
  caller: Caller,
  body: unknown,
): Promise<PreparedMessage> {
  const { headers } = caller;
  const isContinuation = namesConversation(headers, body, parts.models);
  const asked = parseMessagesRequest(body, { isContinuation, headers });
  const resolved = resolveAsked(asked, caller, parts);
  if (!measureOf(resolved.target).takesPrefill) requireLastWord(asked.messages);
  const request: TurnRequest = {
    ...(await buildTurnRequest(asked, resolved, PROTOCOL, caller, parts)),
    systemText: asked.systemText,
    ...(asked.systemParts && { systemParts: asked.systemParts }),
    ...(asked.cache && { cache: asked.cache }),
    messages: asked.messages,
  };
  return { asked, request };
}

/** What the model would be given to read for such a request. */
export function prepareMessageCount(
  parts: Pick<ServiceParts, "models">,
  caller: Caller,
  body: unknown,
): { readonly prompt: TokenPrompt; readonly target: ModelTarget } {
  const { headers, record } = caller;
  const prompt = parseCountRequest(body, { isContinuation: namesConversation(headers, body, parts.models) });
  const { target } = resolveModel(prompt.model, caller, parts);
  record.model = target.modelId;
  return { prompt, target };
}
