import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { onTestFinished } from "vitest";
import * as zod from "zod";

import { API_KEY, makeFolder } from "../../integration/start-turnpike.ts";
import { connectClient } from "../connect-client.ts";
import type { Program } from "../find-program.ts";
import { runProgram, type ProgramEnd } from "../run-program.ts";
import { startDeadEnd, type DeadEnd } from "../start-dead-end.ts";

const itemSchema = zod.looseObject({ type: zod.string(), text: zod.optional(zod.string()) });

const eventSchema = zod.looseObject({ type: zod.string(), item: zod.optional(itemSchema) });

/** A line of what `codex exec --json` tells. */
export type CodexEvent = zod.infer<typeof eventSchema>;

export interface CodexEnd extends ProgramEnd {
  readonly events: readonly CodexEvent[];
}

/** Codex with a home and a folder of its own, connected by `turnpike connect` with the server of the test. */
export interface Codex {
  readonly folder: string;
  readonly internet: DeadEnd;
  /** The arguments go behind `codex exec` and those that the tests always need. */
  run(...args: readonly string[]): Promise<CodexEnd>;
}

export interface CodexOptions {
  /** Of the server, without `/v1`. */
  readonly url: string;
  /** Default: the first one of the tests. */
  readonly apiKey?: string;
  /** Default `sonnet`. */
  readonly model?: string;
  /** Default: what `turnpike connect` writes, which is true. */
  readonly usesWebSockets?: boolean;
  /** Whether it has been told of the model, as a catalogue does; else it has no tool for patches. Default true. */
  readonly knowsModel?: boolean;
  /** How long a stream may be without an event before Codex gives it up; default 5 minutes. */
  readonly streamIdleTimeoutMs?: number;
  /** Whether it asks again as often as it does by itself. Default: never. */
  readonly asksAgain?: boolean;
  /** Takes what is to be done when it is no longer needed. Default: when the test ends. */
  readonly onEnd?: (end: () => Promise<void>) => void;
}

export async function prepareCodex(program: Program, options: CodexOptions): Promise<Codex> {
  const { url, apiKey = API_KEY, model = "sonnet", knowsModel = true, onEnd = onTestFinished } = options;
  const internet = await startDeadEnd(onEnd);
  const [home, folder] = [await makeFolder(onEnd), await makeFolder(onEnd)];
  const catalog = join(home, "models.json");
  await mkdir(join(home, "tmp"));
  await writeFile(catalog, JSON.stringify({ models: [{ slug: model, ...modelEntry }] }));
  const existing = { ".codex/config.toml": ownConfig(knowsModel ? catalog : undefined) };
  await connectClient("codex", { url, apiKey, home, existing }, ["--model", model]);
  const environment = {
    HOME: home,
    TMPDIR: join(home, "tmp"),
    TURNPIKE_API_KEY: apiKey,
    ...internet.environment,
  };
  return {
    folder,
    internet,
    async run(...args) {
      const always = [
        "exec",
        "--json",
        "--skip-git-repo-check",
        "--dangerously-bypass-approvals-and-sandbox",
        ...overrides(options),
      ];
      const end = await runProgram(program.command, [...program.args, ...always, ...args], {
        folder,
        environment,
        onEnd,
      });
      const lines = end.stdout.split("\n").filter((line) => line !== "");
      return { ...end, events: lines.map((line) => eventSchema.parse(JSON.parse(line))) };
    },
  };
}

/** What it said, without its reasoning and its tools. */
export function messagesOf({ events }: CodexEnd): string[] {
  return events
    .filter(({ type, item }) => type === "item.completed" && item?.type === "agent_message")
    .map(({ item }) => item?.text ?? "");
}

const modelEntry = {
  display_name: "Sonnet",
  description: "Claude Sonnet",
  base_instructions: "You are a coding agent.",
  context_window: 200_000,
  truncation_policy: { mode: "tokens", limit: 10_000 },
  input_modalities: ["text", "image"],
  default_reasoning_level: "medium",
  supported_reasoning_levels: [
    { effort: "low", description: "Quick" },
    { effort: "medium", description: "Balanced" },
  ],
  supports_reasoning_summaries: true,
  support_verbosity: false,
  supports_parallel_tool_calls: true,
  shell_type: "shell_command",
  apply_patch_tool_type: "freeform",
  experimental_supported_tools: [],
  visibility: "list",
  supported_in_api: true,
  priority: 1,
};

/** The person's own, which stays. */
const ownConfig = (catalog: string | undefined) =>
  [
    // JSON's strings are TOML's too.
    ...(catalog === undefined ? [] : [`model_catalog_json = ${JSON.stringify(catalog)}`]),
    "check_for_update_on_startup = false",
    // Each of these asks its maker's servers.
    "[features]",
    "plugins = false",
    "apps = false",
    "[analytics]",
    "enabled = false",
    "",
  ].join("\n");

/** What a test wants otherwise than `turnpike connect` writes it. */
function overrides({ usesWebSockets, asksAgain = false, streamIdleTimeoutMs }: CodexOptions): string[] {
  const wanted = {
    ...(usesWebSockets !== undefined && { supports_websockets: usesWebSockets }),
    ...(!asksAgain && { request_max_retries: 0, stream_max_retries: 0 }),
    ...(streamIdleTimeoutMs !== undefined && { stream_idle_timeout_ms: streamIdleTimeoutMs }),
  };
  return Object.entries(wanted).flatMap(([name, value]) => [
    "-c",
    `model_providers.turnpike.${name}=${value}`,
  ]);
}
