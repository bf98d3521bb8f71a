import { randomBytes } from "node:crypto";

import { PACKAGE_VERSION } from "../../config/package-version.ts";
import { styled } from "../../lib/styled-line.ts";
import type { CommandContext } from "../command-context.ts";
import { ControlError, NoAnswerError } from "../daemon/control-client.ts";
import { describeAbsence } from "../daemon/status.ts";
import { ownProgram } from "../own-command.ts";
import { proseColumns } from "../prose-columns.ts";
import { quoteForShell } from "../quote-for-shell.ts";
import type { GivenFlags } from "../setting-options.ts";
import type { TypedLines } from "../typed-lines.ts";
import { wrapText } from "../wrap-text.ts";
import { ShownAnswer } from "./shown-answer.ts";
import { openChatServer } from "./open-chat-server.ts";

export interface ChatOptions {
  /** A model id; default what the server's first profile is. */
  readonly model: string;
  /** To go on with a conversation, or to name a new one. */
  readonly conversation?: string;
  /** Asks this alone and ends. */
  readonly message?: string;
}

/**
 * `turnpike chat`: a conversation at the terminal, with the server that runs or with one for as long as the chat lasts. Resolves
 * with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export async function chat(
  given: GivenFlags,
  options: ChatOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  if (options.message === undefined && !terminal.isInteractive) {
    terminal.printError(
      `A chat needs a terminal. To ask one thing: ${ownProgram(context)} chat "Your question".`,
    );
    return 1;
  }
  const conversation = options.conversation ?? `chat-${randomBytes(4).toString("hex")}`;
  const opened = await openChatServer(given, context);
  if (opened.type !== "open") {
    if (opened.type === "busy") terminal.printError(describeAbsence(opened.found, opened.dataDir));
    return 1;
  }
  await using server = opened.server;
  const turns = { server, model: options.model, conversation, terminal };
  if (options.message !== undefined) return (await ask(turns, options.message, context)) ? 0 : 1;
  terminal.print(
    [styled("bold", `Turnpike ${PACKAGE_VERSION}`), ` · ${options.model} · conversation ${conversation}`],
    ...wrapText(`${ENDS} ${server.asksHere ? ASKS_HERE : ASKS_ELSEWHERE}`, proseColumns(terminal)).map(
      (line) => styled("dim", line),
    ),
  );
  while (!server.told.aborted) {
    const text = await readLine(server.told, context);
    if (text === undefined) break;
    if (text.trim() !== "") await ask(turns, text, context);
  }
  const again = `${ownProgram(context)} chat --conversation ${quoteForShell(conversation)}`;
  terminal.print("", styled("dim", `To go on with it: ${again}`));
  return 0;
}

const ENDS = "Ctrl-C ends an answer, and at the prompt the chat.";
const ASKS_HERE = "What needs an approval is asked here.";
const ASKS_ELSEWHERE =
  "What needs an approval is asked here when TURNPIKE_APPROVER_KEY is set; else answer it over the API.";

type Turns = Omit<ConstructorParameters<typeof ShownAnswer>[0], "text">;

/** One message and its answer. The first Ctrl-C cancels it, a second one leaves the program. False when it failed. */
async function ask(turns: Turns, text: string, { terminal, events }: CommandContext): Promise<boolean> {
  const turn = new ShownAnswer({ ...turns, text });
  let count = 0;
  const onSignal = () => {
    count += 1;
    if (count > 1) events.exit(INTERRUPTED);
    terminal.printError("Cancelling …");
    turn.cancel();
  };
  events.on("SIGINT", onSignal);
  try {
    return await turn.run();
  } catch (error) {
    if (!(error instanceof ControlError || error instanceof NoAnswerError)) throw error;
    terminal.printError(styled("red", error.message));
    return false;
  } finally {
    events.off("SIGINT", onSignal);
  }
}

/** As shells have it for a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** The next line that the person types; undefined at the end, or when the signal aborts before. */
async function readLine(
  signal: AbortSignal,
  { terminal, events }: CommandContext,
): Promise<string | undefined> {
  const lines: TypedLines | undefined = await terminal.readLines();
  if (!lines) return undefined;
  if (signal.aborted) {
    lines.close();
    return undefined;
  }
  // Only now: what is typed earlier does not count.
  terminal.printPart(styled(["bold", "cyan"], "> "));
  const leave = () => lines.close();
  events.on("SIGINT", leave);
  signal.addEventListener("abort", leave);
  try {
    for await (const line of lines) return line;
    return undefined;
  } finally {
    events.off("SIGINT", leave);
    signal.removeEventListener("abort", leave);
    lines.close();
  }
}
