import { setImmediate } from "node:timers/promises";
import { isatty } from "node:tty";

import { type Line, renderLine } from "../lib/styled-line.ts";
import { readTypedLines, type TypedLines } from "./typed-lines.ts";

const STDIN = 0;
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/**
 * The output of a command: the person's terminal, or whatever takes its place. Callers may print any text: only line breaks
 * between lines and the styles of spans reach the terminal as such, everything else is escaped.
 */
export interface Terminal {
  /** Prints each on its own line. */
  print(...lines: readonly Line[]): void;
  /** Prints without ending the line: what is printed next goes on in it. */
  printPart(part: Line): void;
  printError(...lines: readonly Line[]): void;
  /**
   * Shows what the program is busy with, on a line that disappears when something else is written or when no status is given.
   * Only on a terminal: other outputs do not get it.
   */
  showStatus(status?: string): void;
  /** Rings the bell to call the person. */
  ring(): void;
  /** Whether a person reads the errors, rather than a file or a pipe. */
  readonly isTerminal: boolean;
  /** Whether a person can be asked: stderr is a terminal and there is a keyboard. */
  readonly isInteractive: boolean;
  /** The terminal's current size. */
  readonly columns: number;
  readonly rows: number;
  /** Reads the lines typed from now on, until closed. Undefined while another program has the keyboard. */
  readLines(): Promise<TypedLines | undefined>;
}

/** The terminal of this process. */
export interface OwnTerminal extends Terminal {
  /**
   * Why something that was printed has not arrived, such as a full disk under a file; undefined also when its reader left before the
   * end, as `head` does.
   */
  whyLost(): Promise<NodeJS.ErrnoException | undefined>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function openTerminal(environment: Environment): OwnTerminal {
  return new ProcessTerminal(environment);
}

/** The only writer to this process's stdout and stderr, apart from a log that goes to a file or a pipe. */
class ProcessTerminal implements OwnTerminal {
  readonly #out: Output;
  readonly #error: Output;
  readonly #isDumb: boolean;
  #status = "";
  /** A line of stdout has been begun. */
  #isInLine = false;

  constructor(environment: Environment) {
    this.#out = openOutput(process.stdout, environment);
    this.#error = openOutput(process.stderr, environment);
    this.#isDumb = isDumb(environment);
  }

  get isTerminal(): boolean {
    return this.#error.stream.isTTY === true;
  }

  get isInteractive(): boolean {
    return this.isTerminal && isatty(STDIN);
  }

  get columns(): number {
    return this.#error.stream.columns || DEFAULT_COLUMNS;
  }

  get rows(): number {
    return this.#error.stream.rows || DEFAULT_ROWS;
  }

  readonly readLines = readTypedLines;

  print(...lines: readonly Line[]): void {
    this.#write(this.#out, lines);
  }

  printPart(part: Line): void {
    this.#clearStatus();
    this.#out.stream.write(renderLine(part, this.#out.useColor));
    this.#isInLine = true;
  }

  printError(...lines: readonly Line[]): void {
    // On a terminal the two are one.
    if (this.#isInLine && this.isTerminal && lines.length > 0) this.print("");
    this.#write(this.#error, lines);
  }

  showStatus(status = ""): void {
    if (!this.isTerminal || this.#isDumb) return;
    this.#clearStatus();
    this.#status = renderLine(status, false).slice(0, this.columns - 1);
    this.#error.stream.write(this.#status);
  }

  ring(): void {
    if (this.isTerminal && !this.#isDumb) this.#error.stream.write("\u0007");
  }

  async whyLost(): Promise<NodeJS.ErrnoException | undefined> {
    // A stream tells its fault a moment after the write.
    await setImmediate();
    const { fault } = this.#out;
    return fault?.code === "EPIPE" ? undefined : fault;
  }

  #write({ stream, useColor }: Output, lines: readonly Line[]): void {
    if (lines.length === 0) return;
    this.#clearStatus();
    if (stream === this.#out.stream) this.#isInLine = false;
    stream.write(lines.map((line) => `${renderLine(line, useColor)}\n`).join(""));
  }

  /** With blanks instead of an escape sequence, since every terminal understands them. */
  #clearStatus(): void {
    if (this.#status === "") return;
    // A wide character takes two columns.
    const width = Math.min(this.columns - 1, this.#status.length * 2);
    this.#error.stream.write(`\r${" ".repeat(width)}\r`);
    this.#status = "";
  }
}

interface Output {
  readonly stream: NodeJS.WriteStream;
  readonly useColor: boolean;
  /** Its first. */
  fault?: NodeJS.ErrnoException;
}

function openOutput(stream: NodeJS.WriteStream, environment: Environment): Output {
  const output: Output = { stream, useColor: showsColors(stream, environment) };
  // The reader of our output may leave before we do (`turnpike | head -1`); that is no reason to stop serving.
  stream.on("error", (error: NodeJS.ErrnoException) => void (output.fault ??= error));
  return output;
}

/** Not where `NO_COLOR` is set, nor on a dumb terminal. */
function showsColors(stream: NodeJS.WriteStream, environment: Environment): boolean {
  return (
    stream.isTTY === true && !environment["NO_COLOR"] && !isDumb(environment) && stream.hasColors(environment)
  );
}

function isDumb(environment: Environment): boolean {
  return environment["TERM"] === "dumb";
}
