import { blocksOf } from "../messages-body.ts";
import type { ContentBlock } from "../messages-body.ts";
import { innerBlocks, systemBlocks } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** Empty messages, empty and blank texts, blank stop sequences. */
export function checkTexts(request: ApiRequest): Problem | undefined {
  return checkMessages(request) ?? checkSystem(request) ?? checkStopSequences(request);
}

function checkMessages({ body, model }: ApiRequest): Problem | undefined {
  for (const [index, message] of body.messages.entries()) {
    if (message.role === "system") {
      // A change of effort has no content; any other system message without content is refused elsewhere.
      const problem = checkBlocks(message.content.length === 0 ? [] : blocksOf(message), "messages");
      if (problem) return problem;
      continue;
    }
    const isPrefill =
      model.takesPrefill && message.role === "assistant" && index === body.messages.length - 1;
    if (message.content.length === 0 && !isPrefill) {
      return invalid(
        `messages.${index}: all messages must have non-empty content except for the optional final assistant ` +
          "message",
      );
    }
    if (message.content.length === 0) continue;
    const blocks = blocksOf(message);
    const problem = checkBlocks(blocks, "messages") ?? checkInner(blocks);
    if (problem) return problem;
  }
  return undefined;
}

function checkSystem({ body }: ApiRequest): Problem | undefined {
  return checkBlocks(systemBlocks(body), "system");
}

function checkBlocks(blocks: readonly ContentBlock[], where: string): Problem | undefined {
  for (const block of blocks) {
    if (block.type !== "text") continue;
    const content = String(block["text"]);
    if (content === "") return invalid(`${where}: text content blocks must be non-empty`);
    if (content.trim() === "") {
      return invalid(`${where}: text content blocks must contain non-whitespace text`);
    }
  }
  return undefined;
}

/** Tools may answer with nothing but blanks; here only an empty block is refused. */
function checkInner(blocks: readonly ContentBlock[]): Problem | undefined {
  const isEmpty = blocks.some((block) =>
    innerBlocks(block).some((inner) => inner.type === "text" && inner["text"] === ""),
  );
  return isEmpty ? invalid("messages: text content blocks must be non-empty") : undefined;
}

function checkStopSequences({ body }: ApiRequest): Problem | undefined {
  const sequences = body["stop_sequences"];
  if (!Array.isArray(sequences)) return undefined;
  const isBlank = sequences.some((sequence) => String(sequence).trim() === "");
  return isBlank ? invalid("stop_sequences: each stop sequence must contain non-whitespace") : undefined;
}
