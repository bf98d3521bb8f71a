import { type Line, styled } from "../../lib/styled-line.ts";
import type {
  AdminConversationBody,
  AdminConversationDetailsBody,
  AdminTurnBody,
  StepBody,
} from "../../protocols/admin/conversation-schemas.ts";
import { formatTable } from "../format-table.ts";

const HEADINGS = ["LATEST", "STATE", "TURNS", "PROFILE", "MODEL", "WHOSE", "ID", "NAME"] as const;

/** A table for a person, the latest last: there the eye is. */
export function formatConversationTable(conversations: readonly AdminConversationBody[]): readonly Line[] {
  const rows = conversations
    .toReversed()
    .map((each) => [
      timeOf(each.updated_at),
      each.is_hot ? "hot" : "stored",
      String(each.turn_count),
      each.profile,
      each.model,
      each.principal,
      each.id,
      each.name ?? "-",
    ]);
  return formatTable(HEADINGS, rows, "dim");
}

/** What was said and done, for a person. */
export function formatConversationText(conversation: AdminConversationDetailsBody): readonly Line[] {
  const { name, id, principal, profile, model, turn_count: count, has_earlier: hasEarlier } = conversation;
  return [
    styled("bold", name === null ? id : `${name} (${id})`),
    `${principal}, profile ${profile}, model ${model}, ${count} turns${conversation.is_hot ? ", hot" : ""}`,
    ...(hasEarlier ? ["", styled("dim", "Earlier turns are not shown (--turns).")] : []),
    ...conversation.turns.flatMap(formatTurnText),
  ];
}

function formatTurnText(turn: AdminTurnBody): readonly Line[] {
  const facts = [
    timeOf(turn.started_at),
    turn.placement,
    ...(turn.status === "completed" ? [] : [turn.error ?? turn.status]),
  ];
  const asked = turn.input.flatMap(({ role, content }) => [
    styled("bold", role),
    ...content.flatMap(formatStep),
  ]);
  const files = turn.changes?.files.map(({ type, path }) => `${type} ${path}`) ?? [];
  return [
    "",
    styled("dim", `── ${facts.join(" · ")} · ${turn.id}`),
    ...asked,
    ...(turn.steps.length > 0 ? [styled("bold", "claude"), ...turn.steps.flatMap(formatStep)] : []),
    ...(turn.is_kept ? [] : [styled("dim", "What was said is not on record.")]),
    ...files.map((file) => styled("green", file)),
  ];
}

function formatStep(step: StepBody): readonly Line[] {
  switch (step.type) {
    case "text":
      return step.text.split("\n");
    case "thinking":
      return step.text === "" ? [] : step.text.split("\n").map((line) => styled("dim", line));
    case "document":
      return [styled("dim", `[${step.title ?? "a document"}]`)];
    case "image":
      return [styled("dim", `[an image${step.address === null ? "" : ` at ${step.address}`}]`)];
    case "tool": {
      const output = step.output ?? "";
      const lines = output === "" ? [] : output.split("\n");
      const shown = lines.slice(0, MAX_OUTPUT_LINES).map((line) => styled("dim", `  ${line}`));
      const more = lines.length - shown.length;
      return [
        styled(step.is_error ? "red" : "green", `* ${step.name || "result"} ${step.input}`.trimEnd()),
        ...shown,
        ...(more > 0 ? [styled("dim", `  … and ${more} more lines`)] : []),
      ];
    }
  }
}

const MAX_OUTPUT_LINES = 12;

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}
