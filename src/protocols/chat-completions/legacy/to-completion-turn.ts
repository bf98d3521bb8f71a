import { NO_CLIENT_TOOLS } from "../../../core/words/client-tool.ts";
import { onlyWriting } from "../../../core/turn/only-writing.ts";
import type { ModelTarget } from "../../../core/words/profile.ts";
import type { TurnRequest } from "../../../core/words/turn-request.ts";

const ASSIGNMENT = `You complete text for a program, such as an editor. The user's message holds the text before a cursor and, if there is any, the text behind it. Reply with exactly what belongs at the cursor, and nothing else: it is put there as it is.

- It goes on from the last character before the cursor and leads into what stands behind it. Repeat neither.
- No introduction, explanation, quotation marks or code fence around it.
- Code goes on in its own language, style and indentation, and ends where the statement or block at the cursor does.
- Where the text is a question or an instruction and nothing stands behind it, what belongs there is the answer.
- The text may mark a gap by itself, as with <fim_prefix>, <|fim_suffix|> or <PRE>: then write what fills the gap.`;

/** What one prompt asks for, in addition to the request as a whole. */
export interface CompletionPrompt {
  readonly before: string;
  /** Empty when no text follows. */
  readonly after: string;
}

/** The turn in which Claude writes what belongs between the two texts. */
export function toCompletionTurn(
  { before, after }: CompletionPrompt,
  target: ModelTarget,
): Pick<TurnRequest, "target" | "systemText" | "messages" | "tools" | "isOneOff"> {
  const behind = after === "" ? "" : `<after_cursor>${after}</after_cursor>`;
  const text = `<before_cursor>${before}</before_cursor>${behind}`;
  return {
    target: onlyWriting(target),
    systemText: ASSIGNMENT,
    messages: [{ role: "user", content: [{ type: "text", text }] }],
    tools: NO_CLIENT_TOOLS,
    isOneOff: true,
  };
}
