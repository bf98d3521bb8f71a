import type { TurnChanges } from "../../core/ports/file-change-store.ts";
import type { FileChange } from "../../core/words/file-change.ts";
import type {
  ListedConversationFacts,
  ShownConversationFacts,
  ShownTurnFacts,
} from "./shown-conversation.ts";
import type {
  AdminConversationBody,
  AdminConversationDetailsBody,
  AdminConversationListBody,
  AdminTurnBody,
  ImageBody,
  StepBody,
} from "./conversation-schemas.ts";
import { formatRunUsage } from "./format-run.ts";
import { type ImageStep, type ShownStep, stepsOfMessage, stepsOfTurn } from "./turn-steps.ts";

/** So much of a text is shown, in characters: nobody reads more in a list. */
const MAX_TEXT = 100_000;

export function formatAdminConversation(conversation: ListedConversationFacts): AdminConversationBody {
  return {
    id: conversation.id,
    object: "conversation",
    name: conversation.name ?? null,
    principal: conversation.principalId,
    profile: conversation.profile,
    model: conversation.model,
    created_at: conversation.createdAt,
    updated_at: conversation.updatedAt,
    turn_count: conversation.turnCount,
    is_hot: conversation.isHot,
  };
}

/** `found`: one more than the page has, if there are more. */
export function formatAdminConversationList(
  found: readonly ListedConversationFacts[],
  limit: number,
): AdminConversationListBody {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = found.length > limit;
  return {
    object: "list",
    data: shown.map(formatAdminConversation),
    has_more: hasMore,
    next: hasMore && last ? `${last.updatedAt}_${last.id}` : null,
  };
}

export function formatAdminConversationDetails({
  conversation,
  folder,
  turns,
  hasEarlier,
}: ShownConversationFacts): AdminConversationDetailsBody {
  const { session } = conversation;
  return {
    ...formatAdminConversation(conversation),
    session: session
      ? { id: session.id, process_id: session.processId ?? null, is_busy: session.isBusy }
      : null,
    folder: folder ? { isolation: folder.isolation, created_at: folder.createdAt } : null,
    turns: turns.map((shown) => formatTurn(conversation.id, shown)),
    has_earlier: hasEarlier,
  };
}

/** The images of a turn in the order in which they are shown, as `images/0`, `images/1` … name them. */
export function imagesOfTurn(turn: ShownTurnFacts["turn"]): readonly ImageStep[] {
  const steps = [...turn.input.flatMap(stepsOfMessage), ...stepsOfTurn(turn)];
  return steps.flatMap((step) =>
    step.type === "image" ? [step] : step.type === "tool" ? (step.result?.images ?? []) : [],
  );
}

function formatTurn(conversationId: string, { turn, changes }: ShownTurnFacts): AdminTurnBody {
  const path = `/admin/api/conversations/${conversationId}/turns/${turn.id}/images`;
  let imageCount = 0;
  let isCut = false;
  const cut = (text: string): string => {
    if (text.length <= MAX_TEXT) return text;
    isCut = true;
    return `${text.slice(0, MAX_TEXT)}…`;
  };
  const image = (step: ImageStep): ImageBody => {
    const index = imageCount++;
    return "address" in step
      ? { type: "image", url: null, address: step.address.slice(0, 2_000) }
      : { type: "image", url: `${path}/${index}`, address: null };
  };
  const format = (step: ShownStep): StepBody => {
    switch (step.type) {
      case "text":
      case "thinking":
        return { type: step.type, text: cut(step.text) };
      case "document":
        return { type: "document", title: step.title ?? null };
      case "image":
        return image(step);
      case "tool":
        return {
          type: "tool",
          id: step.id,
          name: step.name,
          input: cut(step.input),
          output: step.result ? cut(step.result.output) : null,
          is_error: step.result?.isError ?? false,
          images: step.result?.images.map(image) ?? [],
        };
    }
  };
  const input = turn.input.map((message) => ({
    role: message.role,
    content: stepsOfMessage(message).map(format),
  }));
  const steps = stepsOfTurn(turn).map(format);
  return {
    id: turn.id,
    status: turn.status,
    placement: turn.placement,
    protocol: turn.protocol,
    model: turn.model,
    started_at: turn.startedAt,
    first_token_at: turn.firstTokenAt ?? null,
    ended_at: turn.endedAt ?? null,
    error: turn.errorKind ?? null,
    usage: turn.usage ? formatRunUsage(turn.usage) : null,
    cost_usd: turn.costUsd ?? null,
    is_kept: turn.input.length > 0,
    is_cut: isCut,
    input,
    steps,
    changes: changes ? formatChanges(changes) : null,
  };
}

function formatChanges({ changes, undoneAt, isComplete }: TurnChanges<FileChange>) {
  return {
    undone_at: undoneAt ?? null,
    is_complete: isComplete,
    files: changes.map(({ type, path, previousPath, diff }) => ({
      type,
      path,
      previous_path: previousPath ?? null,
      diff: diff ?? null,
    })),
  };
}
