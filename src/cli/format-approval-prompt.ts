import type { Approval } from "../core/ports/approvals.ts";
import { showShortened } from "./show-safely.ts";

const MAX_SUMMARY_LENGTH = 300;
const MAX_NAME_LENGTH = 120;
const MAX_VALUE_LENGTH = 900;
const MAX_VALUES = 20;

/** What the person at the terminal is asked. Nothing in it can steer the terminal, whatever the model wrote. */
export function formatApprovalPrompt(approval: Approval, facts: { behind: number; now: number }): string {
  const { id, toolName, summary, conversationId, profile } = approval;
  const queue = facts.behind > 0 ? ` (${facts.behind} more after this one)` : "";
  return [
    "",
    `Claude Code asks for your approval${queue}`,
    `  What          ${showShortened(summary, MAX_SUMMARY_LENGTH)}`,
    `  Tool          ${showShortened(toolName, MAX_NAME_LENGTH)}`,
    ...formatInput(approval),
    `  Conversation  ${showShortened(conversationId, MAX_NAME_LENGTH)} · profile ${showShortened(profile, MAX_NAME_LENGTH)}`,
    `  Approval      ${id} · denied unless answered within ${formatTimeLeft(approval.expiresAt - facts.now)}`,
    formatChoices(approval),
  ].join("\n");
}

/** The keys that count, with what they mean. */
export function formatChoices({ alwaysAllows }: Pick<Approval, "alwaysAllows">): string {
  const rules = showShortened(alwaysAllows.join(", "), MAX_SUMMARY_LENGTH);
  const always = alwaysAllows.length > 0 ? `, a = always in this conversation (${rules})` : "";
  return `  y = allow, n = deny${always}; then Enter:`;
}

function formatInput({ input }: Approval): readonly string[] {
  const entries = Object.entries(input);
  const lines = entries.slice(0, MAX_VALUES).map(([name, value]) => {
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
    return `    ${showShortened(name, MAX_NAME_LENGTH)}: ${showShortened(text, MAX_VALUE_LENGTH)}`;
  });
  const hidden = entries.length - lines.length;
  return hidden > 0 ? [...lines, `    … ${hidden} more`] : lines;
}

function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
