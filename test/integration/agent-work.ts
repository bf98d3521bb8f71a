import { mkdirSync, readFileSync, readlinkSync, lstatSync } from "node:fs";
import { join } from "node:path";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import type { MessageReply } from "../../src/demo/reply.ts";
import type { Responder } from "../../src/demo/script.ts";
import { runIn, type Truth } from "../workspaces/changes-folder.ts";
import { user } from "./ask.ts";
import { API_KEY, OTHER_API_KEY, type Turnpike } from "./start-turnpike.ts";

/** A profile whose own tools ask nobody, and whose model id is `agent`. */
export const AGENT = { permissionMode: "acceptEdits", allowedTools: ["Bash", "Read", "Write", "Edit"] };

/** A file change as the API tells it. */
export interface SeenChange {
  readonly type: string;
  readonly path: string;
  readonly previous_path?: string;
  readonly diff?: string;
  readonly content_id?: string;
  readonly activity_id?: string;
}

export interface SeenTurnChanges {
  readonly turn_id: string;
  readonly conversation_id: string;
  readonly undone_at: number | null;
  readonly is_complete: boolean;
  readonly changes: readonly SeenChange[];
}

type Call = ReturnType<typeof toolUse>;

/** One answer of the model's for each list of calls, and then its last word. */
export function work(...steps: readonly (readonly Call[])[]): MessageReply[] {
  return [...steps.map((blocks) => reply({ blocks })), text("Done.")];
}

/** Scripts for turns that run at the same time, by a word in what the user says. */
export function workByName(scripts: Readonly<Record<string, readonly MessageReply[]>>): Responder {
  const done = new Map<string, number>();
  return ({ body }) => {
    const said = JSON.stringify(body.messages);
    const name = Object.keys(scripts).find((each) => said.includes(each)) ?? "";
    const step = done.get(name) ?? 0;
    done.set(name, step + 1);
    return scripts[name]?.[step] ?? text("Nothing to do.");
  };
}

export function bash(command: string, id?: string): Call {
  return toolUse("Bash", { command, description: "Work" }, id === undefined ? {} : { id });
}

export function write(folder: string, path: string, content: string): Call {
  return toolUse("Write", { file_path: join(folder, path), content });
}

/** Claude Code wants a file to be read before it is edited. */
export function edit(folder: string, path: string, before: string, after: string): [Call, Call] {
  const file = join(folder, path);
  return [
    toolUse("Read", { file_path: file }),
    toolUse("Edit", { file_path: file, old_string: before, new_string: after }),
  ];
}

/** A folder in the server's workspace, for one test. */
export function folderIn({ workspace }: Pick<Turnpike, "workspace">, name: string): string {
  const folder = join(workspace, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export const run = runIn;

export interface Worked {
  readonly id: string;
  readonly conversation: string;
  readonly content: string;
  readonly finishReason: string;
  readonly changes: readonly SeenChange[] | undefined;
  readonly placement: string | null;
  /** The whole message, to be sent back. */
  readonly message: Readonly<Record<string, unknown>>;
}

export interface WorkOptions {
  readonly prompt?: string;
  readonly messages?: readonly unknown[];
  readonly model?: string;
  readonly claude?: Readonly<Record<string, unknown>>;
  readonly tools?: readonly unknown[];
  /** Sent as `X-Conversation-ID`. */
  readonly name?: string;
}

/** A chat completion in which the model does what is scripted. */
export async function chat(turnpike: Turnpike, folder: string, options: WorkOptions = {}): Promise<Worked> {
  const response = await post(turnpike, folder, options);
  // Proof for the cast: the tests of the protocol check the shape of its answers.
  const body = (await response.json()) as {
    id: string;
    choices: [{ message: Record<string, unknown>; finish_reason: string }];
  };
  if (!response.ok) throw new Error(JSON.stringify(body));
  const { message, finish_reason: finishReason } = body.choices[0];
  // Proof for the casts: as above.
  const claude = message["claude"] as { file_changes?: readonly SeenChange[] } | undefined;
  return {
    id: body.id,
    conversation: response.headers.get("x-conversation-id") ?? "",
    content: message["content"] as string,
    finishReason,
    changes: claude?.file_changes,
    placement: response.headers.get("x-turnpike-placement"),
    message,
  };
}

export function post(
  turnpike: Turnpike,
  folder: string,
  { prompt = "Work.", messages = [user(prompt)], model = "agent", claude, tools, name }: WorkOptions,
  more: Readonly<Record<string, unknown>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    ...(name !== undefined && { "x-conversation-id": name }),
  };
  const settings = { workingDirectory: folder, ...claude };
  const body = { model, messages, claude: settings, ...(tools && { tools }), ...more };
  return turnpike.fetch("/v1/chat/completions", {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

/** What the server has on record. */
export async function changesOf(turnpike: Turnpike, id: string): Promise<SeenTurnChanges> {
  const response = await turnpike.fetch(`/turns/${id}/changes`);
  if (!response.ok) throw new Error(await response.text());
  // Proof for the cast: the tests of the route check the shape of its answers.
  return (await response.json()) as SeenTurnChanges;
}

export async function changesOfConversation(turnpike: Turnpike, name: string): Promise<SeenTurnChanges[]> {
  const response = await turnpike.fetch(`/conversations/${name}/changes`);
  if (!response.ok) throw new Error(await response.text());
  // Proof for the cast: as above.
  return ((await response.json()) as { data: SeenTurnChanges[] }).data;
}

export function undo(turnpike: Turnpike, id: string, key = API_KEY): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` };
  return turnpike.fetch(`/turns/${id}/undo`, { method: "POST", headers });
}

/** One line each. */
export function summaryOf(changes: readonly SeenChange[] | undefined): string[] {
  return (changes ?? []).map(({ type, path, previous_path }) =>
    previous_path === undefined ? `${type} ${path}` : `${type} ${previous_path} -> ${path}`,
  );
}

/** One line each, as the truth has them: a renamed file counts as gone here and new there. */
export function linesOf(changes: readonly SeenChange[] | undefined): string[] {
  return (changes ?? [])
    .flatMap(({ type, path, previous_path }) =>
      type === "renamed" ? [`deleted ${previous_path}`, `created ${path}`] : [`${type} ${path}`],
    )
    .sort();
}

/** What is known of the files without those that git ignores. */
export function without(truth: Truth, ignored: RegExp): Truth {
  return new Map([...truth].filter(([path]) => !ignored.test(path)));
}

/** The files whose content as it can be had is not the one that they have; also when it is anybody else's to read. */
export async function wrongContents(
  turnpike: Turnpike,
  folder: string,
  changes: readonly SeenChange[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { type, path, content_id } of changes) {
    if (type === "deleted") continue;
    const url = `/changes/${content_id}/content`;
    const bytes = Buffer.from(await (await turnpike.fetch(url)).arrayBuffer());
    const other = await turnpike.fetch(url, { headers: { authorization: `Bearer ${OTHER_API_KEY}` } });
    if (!bytes.equals(readEither(join(folder, path))) || other.status !== 404) wrong.push(path);
  }
  return wrong;
}

function readEither(path: string): Buffer {
  return lstatSync(path).isSymbolicLink() ? Buffer.from(readlinkSync(path)) : readFileSync(path);
}
