import { SPEECH, type TurnEvent } from "../../core/words/turn-event.ts";
import { chain } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import { captureChatCompletion } from "../../protocols/chat-completions/capture-chat-completion.ts";
import { decodeTextCalls } from "../../protocols/chat-completions/dialects/decode-text-calls.ts";
import { encodeChatChunk, encodeChatStream } from "../../protocols/chat-completions/encode-chat-stream.ts";
import { formatChatCompletion } from "../../protocols/chat-completions/format-chat-completion.ts";
import { ChatStream } from "../../protocols/chat-completions/format-chat-stream.ts";
import { prepareChat } from "../../service/turns/prepare-chat.ts";
import { startBranches } from "../../service/turns/start-branches.ts";
import { storeAnswer } from "../../service/turns/store-answer.ts";
import { COMMENT } from "../answers/sse-stream.ts";
import { streamTurn } from "../answers/stream-turn.ts";
import { setTurnHeaders } from "../answers/turn-headers.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import type { AppContext } from "../app-env.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { callerOf } from "../caller-of.ts";

/** The events shown to a client that is told of approvals and changed files. */
const SIGNS_OF_AGENT: ReadonlySet<TurnEvent["type"]> = new Set<TurnEvent["type"]>([
  ...SPEECH,
  "permission-request",
  "file-change",
]);
/** The same for a client that wants to see all activity. */
const SIGNS_WITH_ACTIVITY = new Set([...SIGNS_OF_AGENT, "activity-start" as const]);

/** `POST /v1/chat/completions` */
export function serveChatCompletions(dependencies: AppDependencies) {
  const { options } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const caller = callerOf(context);
    const given = await readJsonBody(context, options.maxBodyBytes);
    const { asked, request, answer, body, textTools } = await prepareChat(dependencies, caller, given);
    const keep = storeAnswer(dependencies, caller, asked, body);
    const started = startBranches(dependencies, caller, request, asked.branchCount);
    const turn =
      textTools.size > 0
        ? { ...started, events: through(started.events, decodeTextCalls(textTools)) }
        : started;
    if (asked.isStream) {
      const stream = new ChatStream(answer, asked);
      const chunks = keep ? chain(captureChatCompletion(answer, keep), stream) : stream;
      return streamTurn(context, turn, options.keepAliveMs, encodeChatStream(chunks), {
        keepAlive: () => encodeSign(stream.signOfLife()),
        ...(answer.tellsAgent && { signs: answer.activity ? SIGNS_WITH_ACTIVITY : SIGNS_OF_AGENT }),
      });
    }
    const completion = await formatChatCompletion(turn.events, answer);
    await keep?.(completion);
    setTurnHeaders(context);
    return context.json(completion);
  };
}

/**
 * After the last choice there is no chunk to send; a client does not mind silence while the answer is stored, so a comment will
 * do.
 */
function encodeSign(chunk: object | undefined): string {
  return chunk ? encodeChatChunk(chunk) : COMMENT;
}
