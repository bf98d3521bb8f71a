import { blocksOf } from "./messages-body.ts";
import type { MessagesBody } from "./messages-body.ts";

/**
 * What the user typed in each of their messages, oldest first. Left out: tool results, messages of role
 * `system`, and the texts that Claude Code adds to a user's message.
 */
export function userTexts(body: MessagesBody): string[] {
  return body.messages
    .filter((message) => message.role === "user")
    .map((message) =>
      blocksOf(message)
        .filter((block) => block.type === "text")
        .map((block) => String(block["text"]))
        .filter((text) => !isInjectedText(text))
        .join("\n"),
    )
    .filter((text) => text !== "");
}

/**
 * True for a text block of a user's message that Claude Code wrote. It always adds whole blocks of its
 * own and never changes the user's, so a block which merely mentions these tags is the user's:
 * - `<system-reminder>…</system-reminder>`, one or several: environment, model and date on older models,
 *   the attribution for commits, files that were read for the user;
 * - the record of a command that ran in Claude Code. Even `setModel` on a running process leaves the
 *   caveat, the command's name and its output in front of the user's next text.
 */
export function isInjectedText(text: string): boolean {
  return injectedForms.some((form) => form.test(text));
}

const injectedForms = [
  /^\s*(<system-reminder>(?:(?!<\/system-reminder>)[\s\S])*<\/system-reminder>\s*)+$/,
  /^<local-command-(caveat|stdout|stderr)>[\s\S]*<\/local-command-\1>\s*$/,
  /^<command-(name|message)>[\s\S]*<\/command-\w+>\s*$/,
];
