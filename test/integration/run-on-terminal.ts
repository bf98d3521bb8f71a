import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { onTestFinished } from "vitest";

import type { ScriptedModel } from "../../src/demo/scripted-model.ts";
import { API_KEY } from "./start-turnpike.ts";
import { TerminalProcess } from "./terminal-process.ts";

/** The program of util-linux, which runs another one on a terminal of its own. */
export const canOpenTerminal =
  spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true;

export interface TerminalOptions {
  /** Also HOME. */
  readonly folder: string;
  /** Default: a folder in it. */
  readonly workspace?: string;
  readonly upstream?: ScriptedModel;
  readonly environment?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 150_000;

/** `turnpike` on a terminal of 80 columns and 24 rows, as a person has it. */
export class TerminalTurnpike extends TerminalProcess {
  constructor(args: readonly string[], options: TerminalOptions) {
    const { folder, workspace = join(folder, "workspace"), upstream, environment } = options;
    mkdirSync(workspace, { recursive: true });
    const given = {
      CLAUDE_CONFIG_DIR: join(folder, "claude"),
      TURNPIKE_DATA_DIR: join(folder, "data"),
      TURNPIKE_WORKSPACE: workspace,
      ...(upstream && { ANTHROPIC_BASE_URL: upstream.url, ANTHROPIC_API_KEY: "sk-ant-test-secret" }),
      ...environment,
    };
    const place = {
      node: process.execPath,
      cwd: folder,
      home: folder,
      columns: 80,
      rows: 24,
      environment: given,
    };
    super(args, { ...place, stderr: "ignore", patienceMs: PATIENCE_MS });
    onTestFinished(() => this.stop());
  }

  /** As a person sees it: without colours, and without what was written over. */
  get screen(): string {
    return stripVTControlCharacters(this.raw)
      .split(/\r*\n/)
      .map((line) => line.slice(line.lastIndexOf("\r") + 1))
      .join("\n");
  }

  get url(): string {
    return /Base URL +(http:\S+)\/v1/.exec(this.screen)?.[1] ?? "";
  }

  ask(body: object, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  }
}

/** A server on a terminal that is ready to answer with what is scripted. */
export async function serveOnTerminal(
  options: TerminalOptions,
  args: readonly string[] = [],
): Promise<TerminalTurnpike> {
  const environment = { TURNPIKE_API_KEY: API_KEY, ...options.environment };
  const server = new TerminalTurnpike(args, { ...options, environment });
  await server.untilShows(/Claude Code is ready/);
  return server;
}

/** What the terminal was sent that it obeys, other than line ends, styles and the bell. */
export function obeyed(raw: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex
  const rest = raw.replace(/\u001b\[[\d;]*m|[\r\n\u0007]/g, "");
  return rest.match(/[\p{C}\p{Zl}\p{Zp}]/gu) ?? [];
}
