import { AppError } from "../../core/words/app-error.ts";
import { type Message, messageText } from "../../core/words/message.ts";
import type { ClaudeConnection } from "./claude-connection.ts";

/** Of Claude Code's own commands, these are ordinary prompts; the others change the session or wait for a person. */
const PROMPTS_OF_CLAUDE_CODE: ReadonlySet<string> = new Set([
  "code-review",
  "init",
  "review",
  "security-review",
  "simplify",
]);

/** A mention of a file: Claude Code would read the file, wherever it is, and send it without asking. */
const FILE_MENTION = /(?:^|\s)@\S/;

const MAX_LISTED = 30;

/** The new messages as the arguments of the command. */
export function commandArguments(messages: readonly Message[]): string {
  return messages.map(messageText).join("\n").trim();
}

/**
 * The message that makes Claude Code run a command or a skill: its name, with the new messages as its arguments.
 * @throws AppError `invalid-request` when the messages are not plain arguments
 */
export function commandText(command: string, messages: readonly Message[]): string {
  const isPlain = messages.every(
    ({ role, content }) => role === "user" && content.every((part) => part.type === "text"),
  );
  if (!isPlain) throw refused("The arguments of a command must be text of the user.");
  const text = commandArguments(messages);
  if (FILE_MENTION.test(text)) throw refused("The arguments of a command cannot mention files with @.");
  return text === "" ? `/${command}` : `/${command} ${text}`;
}

/**
 * Checks that the command exists: Claude Code would send any other name to the model as text.
 * @throws AppError `invalid-request` naming the commands that a request may run
 */
export async function requireCommand(
  command: string,
  connection: Pick<ClaudeConnection, "listCommands">,
): Promise<void> {
  const known = await connection.listCommands();
  const names = known
    .filter(({ name, builtin }) => !builtin || PROMPTS_OF_CLAUDE_CODE.has(name))
    .map(({ name }) => name);
  if (names.includes(command)) return;
  const list = names.length === 0 ? "none" : names.slice(0, MAX_LISTED).join(", ");
  throw refused(
    `There is no command '${command}' in this workspace that a request may run. There are: ${list}.`,
  );
}

function refused(message: string): AppError {
  return new AppError({ kind: "invalid-request", message, param: "claude.command" });
}
