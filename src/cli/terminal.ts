import { isatty } from "node:tty";

import { readTypedLines, type TypedLines } from "./typed-lines.ts";

const STDIN = 0;

/** What a command talks to: the person's terminal, or whatever takes its place. */
export interface Terminal {
  print(text: string): void;
  printError(text: string): void;
  /** Whether a person reads the errors, rather than a file or a pipe. */
  readonly isTerminal: boolean;
  readonly useColor: boolean;
  /** Whether a person can be asked: reads the errors and has a keyboard. */
  readonly isInteractive: boolean;
  /** What is typed from now on, until it is closed. Undefined while another program has the keyboard. */
  readLines(): Promise<TypedLines | undefined>;
}

export function openTerminal(environment: Readonly<Record<string, string | undefined>>): Terminal {
  // The reader of our output may leave before we do (`turnpike | head -1`); that is no reason to stop serving.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const isTerminal = process.stderr.isTTY === true;
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    printError: (text) => void process.stderr.write(`${text}\n`),
    isTerminal,
    useColor: isTerminal && !environment["NO_COLOR"],
    isInteractive: isTerminal && isatty(STDIN),
    readLines: readTypedLines,
  };
}
