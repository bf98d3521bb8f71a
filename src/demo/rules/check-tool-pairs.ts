import type { ApiRequest } from "./api-request.ts";
import { turnsOf } from "./check-turns.ts";
import type { Turn } from "./check-turns.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** Every call has its result in the next turn, every result its call in the turn before; results come first. */
export function checkToolPairs({ body }: ApiRequest): Problem | undefined {
  const turns = turnsOf(body.messages);
  const known = new Set<string>();
  for (const [index, turn] of turns.entries()) {
    const problem =
      turn.role === "assistant" ? checkCalls(turn, known) : checkResults(turn, turns[index - 1]);
    if (problem) return problem;
  }
  return undefined;
}

function checkCalls(turn: Turn, known: Set<string>): Problem | undefined {
  if (turn.blocks.some((block) => block.type === "tool_result")) {
    return invalid(`messages.${turn.index}: \`tool_result\` blocks can only be in \`user\` messages`);
  }
  for (const id of idsOf(turn, "tool_use", "id")) {
    if (known.has(id)) return invalid(`messages.${turn.index}: \`tool_use\` ids must be unique`);
    known.add(id);
  }
  return undefined;
}

function checkResults(turn: Turn, before: Turn | undefined): Problem | undefined {
  if (turn.blocks.some((block) => block.type === "tool_use")) {
    return invalid(`messages.${turn.index}: \`tool_use\` blocks can only be in \`assistant\` messages`);
  }
  const asked = idsOf(before, "tool_use", "id");
  const answered = idsOf(turn, "tool_result", "tool_use_id");
  const [areAsked, areAnswered] = [new Set(asked), new Set(answered)];
  const orphan = answered.find((id) => !areAsked.has(id));
  if (orphan !== undefined) {
    const position = turn.blocks.findIndex((block) => block["tool_use_id"] === orphan);
    return invalid(
      `messages.${turn.index}.content.${position}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ` +
        `${orphan}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  }
  const twice = findRepeated(answered);
  if (twice !== undefined) {
    return invalid(
      `messages.${turn.index}.content: each tool_use must have a single result. Found multiple \`tool_result\` ` +
        `blocks with id: ${twice}`,
    );
  }
  const missing = asked.filter((id) => !areAnswered.has(id));
  const areFirst = turn.blocks.slice(0, answered.length).every((block) => block.type === "tool_result");
  if (missing.length === 0 && areFirst) return undefined;
  return invalid(
    `messages.${before?.index ?? 0}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
      `${(missing.length > 0 ? missing : asked).join(", ")}. Each \`tool_use\` block must have a corresponding ` +
      "`tool_result` block in the next message.",
  );
}

function idsOf(turn: Turn | undefined, type: string, field: string): string[] {
  const blocks = turn?.blocks.filter((block) => block.type === type) ?? [];
  return blocks.map((block) => String(block[field]));
}

function findRepeated<Id>(ids: readonly Id[]): Id | undefined {
  const seen = new Set<Id>();
  return ids.find((id) => seen.size === seen.add(id).size);
}
