import { printJson } from "../print-json.ts";
import type { Terminal } from "../terminal.ts";
import { styled } from "../../lib/styled-line.ts";
import { wrapText } from "../wrap-text.ts";
import type { Finding } from "./check.ts";

const STATUS_COLUMNS = 6;
const NAME_COLUMNS = 14;
const ARROW_COLUMNS = 3;
const LEAST_COLUMNS = 30;
const COLORS = { ok: "green", warn: "yellow", fail: "red" } as const;

/** The doctor's findings, as lines printed one by one, or as one JSON text at the end. */
export class DoctorReport {
  readonly #terminal: Terminal;
  readonly #isJson: boolean;
  readonly #findings: ({ readonly check: string } & Finding)[] = [];

  constructor(terminal: Terminal, isJson: boolean) {
    this.#terminal = terminal;
    this.#isJson = isJson;
  }

  add(check: string, findings: readonly Finding[]): void {
    for (const [index, finding] of findings.entries()) {
      this.#findings.push({ check, ...finding });
      if (!this.#isJson) this.#print(index === 0 ? check : "", finding);
    }
  }

  /** Prints the summary. Returns the exit code. */
  end(): number {
    const count = (status: Finding["status"]) =>
      this.#findings.filter((finding) => finding.status === status).length;
    const failures = count("fail");
    if (this.#isJson) {
      const found = { ok: failures === 0, checks: this.#findings };
      printJson(found, this.#terminal);
    } else this.#terminal.print("", styled("bold", describeSum(failures, count("warn"))));
    return failures === 0 ? 0 : 1;
  }

  /** Output for a program is not wrapped. */
  #wrap(text: string): readonly string[] {
    const { isTerminal, columns } = this.#terminal;
    if (!isTerminal) return [text];
    const taken = STATUS_COLUMNS + NAME_COLUMNS + 1 + ARROW_COLUMNS;
    return wrapText(text, Math.max(LEAST_COLUMNS, columns - taken));
  }

  #print(name: string, { status, message, remedy }: Finding): void {
    const word = status.padEnd(STATUS_COLUMNS);
    const [first = "", ...rest] = this.#wrap(message);
    this.#terminal.print([styled(COLORS[status], word), `${name.padEnd(NAME_COLUMNS)} ${first}`]);
    const indent = " ".repeat(STATUS_COLUMNS + NAME_COLUMNS + 1);
    this.#terminal.print(...rest.map((line) => `${indent}${line}`));
    const toDo = remedy === undefined ? [] : this.#wrap(`-> ${remedy}`);
    this.#terminal.print(...toDo.map((line, index) => `${indent}${index === 0 ? "" : "   "}${line}`));
  }
}

function describeSum(failures: number, warnings: number): string {
  if (failures > 0) return `${plural(failures, "problem")}, ${plural(warnings, "warning")}.`;
  return warnings > 0 ? `Nothing is wrong; ${plural(warnings, "warning")}.` : "Everything is in order.";
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
