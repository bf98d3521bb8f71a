import { measureOf } from "../../core/tokens/count-tokens.ts";
import { estimateTokens } from "../../core/tokens/estimate-tokens.ts";
import { encodeMessagesStream, PING } from "../../protocols/messages/encode-messages-stream.ts";
import { formatMessage } from "../../protocols/messages/format-message.ts";
import { formatMessagesStream } from "../../protocols/messages/format-messages-stream.ts";
import { isAnswer } from "../../protocols/messages/is-answer.ts";
import type { MessageHead } from "../../protocols/messages/message-head.ts";
import { prepareMessage, prepareMessageCount } from "../../service/turns/prepare-message.ts";
import { startTurns } from "../../service/turns/start-branches.ts";
import { streamTurn } from "../answers/stream-turn.ts";
import { setCountHeader, setTurnHeaders } from "../answers/turn-headers.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { callerOf } from "../caller-of.ts";

/** `POST /v1/messages`: Anthropic's Messages API. */
export function serveMessages(dependencies: AppDependencies) {
  const { options } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const caller = callerOf(context);
    const { requestId } = caller.record;
    context.header("request-id", requestId);
    const body = await readJsonBody(context, options.maxBodyBytes);
    const { asked, request } = await prepareMessage(dependencies, caller, body);
    const head: MessageHead = {
      turnId: request.turnId,
      modelId: request.target.modelId,
      requestId,
      estimateInputTokens: () => estimateTokens(asked, measureOf(request.target)),
    };
    const turn = startTurns(dependencies, caller, [request]);
    if (asked.isStream) {
      const format = encodeMessagesStream(formatMessagesStream(head, asked.thinking), requestId);
      return streamTurn(context, turn, options.keepAliveMs, format, {
        keepAlive: () => PING,
        isFailure: (end) => !isAnswer(end),
      });
    }
    const message = await formatMessage(turn.events, head, asked.thinking);
    setTurnHeaders(context);
    return context.json(message);
  };
}

/** `POST /v1/messages/count_tokens` */
export function countMessageTokens(dependencies: AppDependencies) {
  return async (context: AppContext): Promise<Response> => {
    context.header("request-id", context.var.record.requestId);
    const body = await readJsonBody(context, dependencies.options.maxBodyBytes);
    const { prompt, target } = prepareMessageCount(dependencies, callerOf(context), body);
    const count = await dependencies.countTokens(prompt, target, context.req.raw.signal);
    setCountHeader(context, count);
    return context.json({ input_tokens: count.tokens });
  };
}
