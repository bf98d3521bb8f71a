import { encodeChatStream } from "../../protocols/chat-completions/encode-chat-stream.ts";
import { formatCompletion } from "../../protocols/chat-completions/legacy/format-completion.ts";
import { formatCompletionStream } from "../../protocols/chat-completions/legacy/format-completion-stream.ts";
import { prepareCompletion } from "../../service/turns/prepare-completion.ts";
import { startTurns } from "../../service/turns/start-branches.ts";
import { streamTurn } from "../answers/stream-turn.ts";
import { setTurnHeaders } from "../answers/turn-headers.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { callerOf } from "../caller-of.ts";

/** `POST /v1/completions`, the legacy endpoint that editors still use to complete text at the cursor. */
export function serveCompletions(dependencies: AppDependencies) {
  const { options } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const caller = callerOf(context);
    const body = await readJsonBody(context, options.maxBodyBytes);
    const { asked, requests, answer } = prepareCompletion(dependencies, caller, body);
    const turn = startTurns(dependencies, caller, requests);
    if (asked.isStream) {
      const format = encodeChatStream(formatCompletionStream(answer, asked));
      return streamTurn(context, turn, options.keepAliveMs, format);
    }
    const completion = await formatCompletion(turn.events, answer);
    setTurnHeaders(context);
    return context.json(completion);
  };
}
