import type { Approval } from "../core/ports/approvals.ts";
import { showSafely } from "../lib/show-safely.ts";
import { type Line, styled, type Style } from "../lib/styled-line.ts";
import { describeCall } from "./approval/describe-call.ts";
import { wrapColumns } from "./approval/wrap-columns.ts";
import type { Terminal } from "./terminal.ts";
import { wrapText } from "./wrap-text.ts";

export interface PromptFacts {
  /** How many wait after this one. */
  readonly behind: number;
  readonly now: number;
  readonly terminal: Pick<Terminal, "columns" | "rows">;
}

const LABEL_COLUMNS = 16;

/**
 * What the person at the terminal is asked, with all that will run. Whatever the model wrote, no line of it can pass for one of
 * ours.
 */
export async function formatApprovalPrompt(
  approval: Approval,
  { behind, now, terminal }: PromptFacts,
): Promise<readonly Line[]> {
  const { id, toolName, summary, conversationId, conversationName, profile } = approval;
  const { columns } = terminal;
  const row = (label: string, text: string, style?: Style) => formatRow(label, text, columns, style);
  const call = await describeCall(approval, columns);
  const isNamed = conversationName !== undefined && conversationName !== conversationId;
  const conversation = isNamed ? `${conversationName} (${conversationId})` : conversationId;
  const timeLeft = formatTimeLeft(approval.expiresAt - now);
  return [
    "",
    [
      styled(["bold", "yellow"], "Claude Code asks for your approval"),
      behind > 0 ? ` (${behind} more after this one)` : "",
    ],
    ...row("What", summary),
    ...row("Tool", toolName, "bold"),
    ...call,
    ...(call.length > terminal.rows ? [`${" ".repeat(4)}(${call.length} lines, all of them above)`] : []),
    ...row("Conversation", `${conversation} · profile ${profile}`),
    ...row("Approval", id),
    ...row("Time left", `${timeLeft}; then it is denied`),
    ...formatChoices(approval, columns),
  ];
}

/** The keys that count, with what they mean. */
export function formatChoices(
  { alwaysAllows }: Pick<Approval, "alwaysAllows">,
  columns: number,
): readonly Line[] {
  const always =
    alwaysAllows.length > 0 ? `, a = always in this conversation (${alwaysAllows.join(", ")})` : "";
  const text = showSafely(`y = allow, n = deny${always}; then Enter:`);
  return wrapWhole(text, columns - 2).map((part): Line => ["  ", styled("yellow", part)]);
}

function formatRow(label: string, text: string, columns: number, style: Style = "none"): readonly Line[] {
  return wrapWhole(showSafely(text), columns - LABEL_COLUMNS).map((part, index): Line => [
    styled("dim", (index === 0 ? `  ${label}` : "").padEnd(LABEL_COLUMNS)),
    styled(style, part),
  ]);
}

/** Between words where that is enough. */
function wrapWhole(text: string, columns: number): readonly string[] {
  return wrapText(text, columns).flatMap((line) => wrapColumns(line, columns));
}

function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
