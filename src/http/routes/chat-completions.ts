import { newTurnId } from "../../core/ids.ts";
import type { ChatAnswer } from "../../protocols/chat-completions/chat-answer.ts";
import { encodeChatStream } from "../../protocols/chat-completions/encode-chat-stream.ts";
import { formatChatCompletion } from "../../protocols/chat-completions/format-chat-completion.ts";
import { formatChatStream } from "../../protocols/chat-completions/format-chat-stream.ts";
import { parseChatRequest } from "../../protocols/chat-completions/parse-chat-request.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { chooseConversationName } from "../conversation-name.ts";
import { readJsonBody } from "../read-json-body.ts";
import { recordFailure } from "../request-record.ts";
import { requirePrincipal } from "../require-principal.ts";
import { startTurn } from "../start-turn.ts";
import { streamTurn } from "../stream-turn.ts";
import { setTurnHeaders } from "../turn-headers.ts";

/** `POST /v1/chat/completions` */
export function serveChatCompletions({ runTurn, models, clock, options }: AppDependencies) {
  return async (context: AppContext): Promise<Response> => {
    const { record } = context.var;
    const chat = parseChatRequest(await readJsonBody(context, options.maxBodyBytes));
    const { target, conversationName: suffix } = models.resolve(chat.model);
    const conversationName = chooseConversationName(context.req.header("x-conversation-id"), suffix);
    record.ignored = chat.ignored;

    const turnId = newTurnId();
    const answer: ChatAnswer = { turnId, modelId: target.modelId, createdAt: record.startedAt };
    const turn = startTurn(
      context,
      { runTurn, clock },
      {
        turnId,
        principalId: requirePrincipal(context),
        protocol: "chat-completions",
        target,
        ...(conversationName !== undefined && { conversationName }),
        systemText: chat.systemText,
        messages: chat.messages,
        sampling: chat.sampling,
      },
    );
    if (chat.isStream) {
      return streamTurn(context, turn, options.keepAliveMs, (events) =>
        encodeChatStream(formatChatStream(events, answer, chat), (thrown) => recordFailure(record, thrown)),
      );
    }
    const body = await formatChatCompletion(turn.events, answer);
    setTurnHeaders(context);
    return context.json(body);
  };
}
