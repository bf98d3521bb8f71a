import { type Line, renderLine } from "../lib/styled-line.ts";
import { printJson } from "./print-json.ts";
import type { Terminal } from "./terminal.ts";

/** What went wrong, for programs. */
export interface JsonError {
  readonly error: { readonly message: string; readonly code?: string };
}

/** `message` is what a person is told, without warnings. */
const WARNING = /^Warning:/;

/**
 * For a command with `--json`: what it says on stderr is said there as ever, and once more on stdout, as `JsonError`, when it fails
 * without having printed anything for programs.
 */
export class JsonErrors {
  readonly terminal: Terminal;
  readonly #messages: string[] = [];
  #hasPrinted = false;

  constructor(terminal: Terminal) {
    const print = (...lines: readonly Line[]) => {
      if (lines.length > 0) this.#hasPrinted = true;
      terminal.print(...lines);
    };
    const printError = (...lines: readonly Line[]) => {
      this.#messages.push(...lines.map((line) => renderLine(line, false)));
      terminal.printError(...lines);
    };
    const printPart = (part: Line) => {
      this.#hasPrinted = true;
      terminal.printPart(part);
    };
    this.terminal = {
      print,
      printError,
      printPart,
      showStatus: (status) => terminal.showStatus(status),
      ring: () => terminal.ring(),
      readLines: () => terminal.readLines(),
      get isTerminal() {
        return terminal.isTerminal;
      },
      get isInteractive() {
        return terminal.isInteractive;
      },
      get columns() {
        return terminal.columns;
      },
      get rows() {
        return terminal.rows;
      },
    };
  }

  /** The command has ended with this exit code. `code`: what kind of failure that was, where it is known. */
  end(exitCode: number, code: string | undefined): void {
    if (exitCode === 0 || this.#hasPrinted) return;
    const told = this.#messages.filter((line) => line !== "" && !WARNING.test(line));
    const message = told.join("\n") || `It ended with exit code ${exitCode}.`;
    const error: JsonError = { error: { message, ...(code !== undefined && { code }) } };
    printJson(error, this.terminal);
  }
}
