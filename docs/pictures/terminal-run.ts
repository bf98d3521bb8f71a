import { TerminalProcess } from "../../test/integration/terminal-process.ts";
import { type ScreenLine, readScreen } from "./read-screen.ts";

const PATIENCE_MS = 90_000;

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Default 80. */
  readonly columns?: number;
}

/** `turnpike` on a terminal, with its colours. */
export class TerminalRun extends TerminalProcess {
  readonly #columns;

  constructor(
    args: readonly string[],
    { folder, project }: { readonly folder: string; readonly project: string },
    { environment, columns = 80 }: RunOptions,
  ) {
    const size = { columns, rows: 60 };
    const place = { node: process.execPath, cwd: project, home: folder, environment, ...size };
    super(args, { ...place, stderr: "inherit", patienceMs: PATIENCE_MS });
    this.#columns = columns;
  }

  get lines(): readonly ScreenLine[] {
    return readScreen(this.raw, this.#columns);
  }

  get screen(): string {
    return this.lines.map((line) => line.map(({ text }) => text).join("")).join("\n");
  }
}
