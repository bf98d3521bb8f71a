import type { Approval } from "../core/ports/approvals.ts";
import { showSafely } from "../lib/show-safely.ts";
import { type Line, styled, type Style } from "../lib/styled-line.ts";
import { describeCall } from "./approval/describe-call.ts";
import { wrapColumns } from "./approval/wrap-columns.ts";
import type { Terminal } from "./terminal.ts";
import { wrapText, wrapWords } from "./wrap-text.ts";

export interface PromptFacts {
  /** How many approvals wait behind this one. */
  readonly behind: number;
  readonly now: number;
  readonly terminal: Pick<Terminal, "columns" | "rows">;
}

const LABEL_COLUMNS = 16;

/**
 * The question for the person at the terminal, with everything that will run. Whatever the model wrote, no line of it can pass
 * for one of ours.
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
    ...formatChoices(approval, terminal, call.length > terminal.rows),
  ];
}

/** The accepted keys and their meaning. `isLong`: the beginning of the question has scrolled off the screen. */
export function formatChoices(
  { alwaysAllows }: Pick<Approval, "alwaysAllows">,
  { columns }: Pick<Terminal, "columns">,
  isLong: boolean,
): readonly Line[] {
  const options = [
    "y = allow",
    "n = deny",
    ...(alwaysAllows.length > 0 ? [`a = always in this conversation (${alwaysAllows.join(", ")})`] : []),
    ...(isLong ? ["s = show it again, a screen at a time"] : []),
  ];
  const pieces = options.map((option, index) => `${option}${index === options.length - 1 ? ";" : ","}`);
  const width = columns - 2;
  return wrapWords([...pieces.map(showSafely), "then Enter:"], width)
    .flatMap((line) => wrapWhole(line, width))
    .map((line): Line => ["  ", styled("yellow", line)]);
}

function formatRow(label: string, text: string, columns: number, style: Style = "none"): readonly Line[] {
  return wrapWhole(showSafely(text), columns - LABEL_COLUMNS).map((part, index): Line => [
    styled("dim", (index === 0 ? `  ${label}` : "").padEnd(LABEL_COLUMNS)),
    styled(style, part),
  ]);
}

/** Wraps between words where that is enough. */
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
