import { NO_CLIENT_TOOLS } from "../../core/words/client-tool.ts";
import { newTurnId } from "../../core/words/ids.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import { encodeChatStream } from "../../protocols/chat-completions/encode-chat-stream.ts";
import type { CompletionAnswer } from "../../protocols/chat-completions/legacy/completion-answer.ts";
import { formatCompletion } from "../../protocols/chat-completions/legacy/format-completion.ts";
import { formatCompletionStream } from "../../protocols/chat-completions/legacy/format-completion-stream.ts";
import { parseCompletionRequest } from "../../protocols/chat-completions/legacy/parse-completion-request.ts";
import { toCompletionTurn } from "../../protocols/chat-completions/legacy/to-completion-turn.ts";
import { askedModel } from "../../service/turns/asked-model.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { ignoredTag } from "../../service/turns/ignored-tag.ts";
import { listMisfits } from "../../service/turns/list-misfits.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { readTimeoutMs } from "../../service/turns/read-timeout.ts";
import { requirePrincipal } from "../require-principal.ts";
import { startTurns } from "../answers/start-branches.ts";
import { streamTurn } from "../answers/stream-turn.ts";
import { setTurnHeaders } from "../answers/turn-headers.ts";

/** How much of the client's name for its end user is logged. */
const MAX_END_USER_LENGTH = 128;

/** `POST /v1/completions`, the legacy endpoint that editors still use to complete text at the cursor. */
export function serveCompletions(dependencies: AppDependencies) {
  const { models, options } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const { record } = context.var;
    const principalId = requirePrincipal(context);
    const asked = parseCompletionRequest(await readJsonBody(context, options.maxBodyBytes));
    record.model = askedModel(asked.model);
    const resolved = models.resolve(asked.model);
    const misfits = listMisfits({ ...asked, tools: NO_CLIENT_TOOLS }, resolved.target);
    record.ignored = [...new Set([...asked.ignored, ...misfits]), ...ignoredTag(resolved)];
    if (asked.endUser !== undefined) record.endUser = asked.endUser.slice(0, MAX_END_USER_LENGTH);
    const timeoutMs = readTimeoutMs(context.req.header("x-turnpike-timeout"), undefined);

    const choices = asked.prompts.flatMap((prompt) =>
      Array.from({ length: asked.answerCount }, () => prompt),
    );
    const firstTurnId = newTurnId();
    const requests = choices.map((prompt, index): TurnRequest => ({
      turnId: index === 0 ? firstTurnId : newTurnId(),
      principalId,
      protocol: "completions",
      ...toCompletionTurn(prompt, resolved.target),
      sampling: asked.sampling,
      ...(timeoutMs !== undefined && { timeoutMs }),
    }));
    const turn = startTurns(context, dependencies, requests);
    const answer: CompletionAnswer = {
      turnId: firstTurnId,
      modelId: resolved.target.modelId,
      createdAt: record.startedAt,
      beginnings: choices.map(({ before }) => (asked.echoesPrompt ? before : "")),
    };
    if (asked.isStream) {
      const format = encodeChatStream(formatCompletionStream(answer, asked));
      return streamTurn(context, turn, options.keepAliveMs, format);
    }
    const body = await formatCompletion(turn.events, answer);
    setTurnHeaders(context);
    return context.json(body);
  };
}
