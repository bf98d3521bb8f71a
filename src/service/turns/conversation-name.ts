import { AppError } from "../../core/words/app-error.ts";
import type { ModelCatalogue } from "../../core/ports/model-catalogue.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { RequestError } from "../../protocols/request-error.ts";
import type { Caller } from "./caller.ts";

const NAME = /^[A-Za-z0-9._:@/-]{1,128}$/;
const HEADER = "X-Conversation-ID";
/** The header's name as it is looked up. */
export const CONVERSATION_HEADER = HEADER.toLowerCase();

/**
 * The conversation that a request names: in the header, or after the colon of the model id.
 * @throws RequestError when a name is not one, or when the two differ.
 */
export function chooseConversationName(
  headers: Caller["headers"],
  modelSuffix: string | undefined,
): Pick<TurnRequest, "conversationName" | "isNameFromModel"> {
  const header = headers[CONVERSATION_HEADER];
  checkName(header, HEADER);
  checkName(modelSuffix, "model");
  if (header !== undefined && modelSuffix !== undefined && header !== modelSuffix) {
    throw new RequestError(
      "invalid_value",
      `The header ${HEADER} and the model id name different conversations. Send one of them.`,
      HEADER,
    );
  }
  if (header !== undefined) return { conversationName: header };
  return modelSuffix === undefined ? {} : { conversationName: modelSuffix, isNameFromModel: true };
}

/** Whether a request names a conversation; called before its body has been checked. */
export function namesConversation(
  headers: Caller["headers"],
  body: unknown,
  models: Pick<ModelCatalogue, "resolve">,
): boolean {
  if (headers[CONVERSATION_HEADER] !== undefined) return true;
  if (typeof body !== "object" || body === null || !("model" in body) || typeof body.model !== "string") {
    return false;
  }
  try {
    return models.resolve(body.model).conversationName !== undefined;
  } catch (error) {
    // An unknown model is reported later, when it is resolved.
    if (error instanceof AppError) return false;
    throw error;
  }
}

function checkName(name: string | undefined, param: string): void {
  if (name === undefined || NAME.test(name)) return;
  throw new RequestError(
    "invalid_value",
    "A conversation name has 1 to 128 characters: letters, digits and . _ : @ / -",
    param,
  );
}
