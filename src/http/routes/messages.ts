import { newTurnId } from "../../core/words/ids.ts";
import { measureOf } from "../../core/tokens/count-tokens.ts";
import { estimateTokens } from "../../core/tokens/estimate-tokens.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { encodeMessagesStream, PING } from "../../protocols/messages/encode-messages-stream.ts";
import { formatMessage } from "../../protocols/messages/format-message.ts";
import { formatMessagesStream } from "../../protocols/messages/format-messages-stream.ts";
import { isAnswer } from "../../protocols/messages/is-answer.ts";
import type { MessageHead } from "../../protocols/messages/message-head.ts";
import { requireLastWord } from "../../protocols/messages/require-last-word.ts";
import {
  parseCountRequest,
  parseMessagesRequest,
  type MessagesRequest,
} from "../../protocols/messages/parse-messages-request.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { chooseConversationName, namesConversation } from "../../service/turns/conversation-name.ts";
import { askedModel } from "../../service/turns/asked-model.ts";
import { ignoredTag } from "../../service/turns/ignored-tag.ts";
import { listMisfits } from "../../service/turns/list-misfits.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { requireCheckable, type SchemaParams } from "../../service/turns/require-checkable.ts";
import { requireIdentity } from "../require-principal.ts";
import { settleTurn } from "../../service/turns/settle-turn.ts";
import { startTurn } from "../../service/turns/start-turn.ts";
import { streamTurn } from "../answers/stream-turn.ts";
import { setCountHeader, setTurnHeaders } from "../answers/turn-headers.ts";

const SCHEMA_PARAMS: SchemaParams = {
  format: "output_config.format.schema",
  tool: (index) => `tools.${index}.custom.input_schema`,
};

/** `POST /v1/messages`: Anthropic's Messages API. */
export function serveMessages(dependencies: AppDependencies) {
  const { options } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const { record } = context.var;
    const { requestId } = record;
    context.header("request-id", requestId);
    const { asked, request } = await readRequest(context, dependencies);
    const head: MessageHead = {
      turnId: request.turnId,
      modelId: request.target.modelId,
      requestId,
      estimateInputTokens: () => estimateTokens(asked, measureOf(request.target)),
    };
    record.turnId = request.turnId;
    const turn = startTurn(dependencies, request, record, context.req.raw.signal);
    if (!asked.isStream) {
      const body = await formatMessage(turn.events, head, asked.thinking);
      setTurnHeaders(context);
      return context.json(body);
    }
    return streamTurn(
      context,
      turn,
      options.keepAliveMs,
      encodeMessagesStream(formatMessagesStream(head, asked.thinking), requestId),
      { keepAlive: () => PING, isFailure: (end) => !isAnswer(end) },
    );
  };
}

/** `POST /v1/messages/count_tokens` */
export function countMessageTokens({ models, options, countTokens }: AppDependencies) {
  return async (context: AppContext): Promise<Response> => {
    context.header("request-id", context.var.record.requestId);
    const body = await readJsonBody(context, options.maxBodyBytes);
    const nameHeader = context.req.header("x-conversation-id");
    const asked = parseCountRequest(body, { isContinuation: namesConversation(nameHeader, body, models) });
    context.var.record.model = askedModel(asked.model);
    const { target } = models.resolve(asked.model);
    context.var.record.model = target.modelId;
    const count = await countTokens(asked, target, context.req.raw.signal);
    setCountHeader(context, count);
    return context.json({ input_tokens: count.tokens });
  };
}

async function readRequest(
  context: AppContext,
  dependencies: AppDependencies,
): Promise<{ readonly asked: MessagesRequest; readonly request: TurnRequest }> {
  const { models, options } = dependencies;
  const { id: principalId, mayApprove } = requireIdentity(context);
  const body = await readJsonBody(context, options.maxBodyBytes);
  const nameHeader = context.req.header("x-conversation-id");
  const headers = context.req.header();
  const isContinuation = namesConversation(nameHeader, body, models);
  const asked = parseMessagesRequest(body, { isContinuation, headers });
  const { record } = context.var;
  record.model = askedModel(asked.model);
  const resolved = models.resolve(asked.model);
  const { target, conversationName: suffix } = resolved;
  if (!measureOf(target).takesPrefill) requireLastWord(asked.messages);
  record.ignored = [...asked.ignored, ...ignoredTag(resolved), ...listMisfits(asked, target)];
  const naming = chooseConversationName(nameHeader, suffix);
  const settled = await settleTurn(asked, target, { headers, mayApprove }, dependencies);
  await requireCheckable(asked, SCHEMA_PARAMS, principalId, dependencies, context.req.raw.signal);
  const request: TurnRequest = {
    turnId: newTurnId(),
    principalId,
    protocol: "messages",
    ...settled,
    ...naming,
    systemText: asked.systemText,
    messages: asked.messages,
    sampling: asked.sampling,
    tools: asked.tools,
    ...(asked.outputFormat && { outputFormat: asked.outputFormat }),
  };
  return { asked, request };
}
