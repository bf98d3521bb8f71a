import { afterAll, beforeAll, expect, test } from "vitest";

import { openStore, type Store } from "../../src/store/open-store.ts";
import {
  JSON_HEADERS,
  KEY,
  say,
  sendRaw,
  startScriptedServer,
  type ScriptedServer,
} from "../http/scripted-server.ts";
import { interfaceProblems } from "./response-schemas.ts";

let store: Store;
let server: ScriptedServer;
beforeAll(async () => {
  store = await openStore({ location: { type: "sqlite", file: ":memory:" }, retention: { content: "keep" } });
  const { items, files, responses } = store;
  const conversations = {
    list: async () => [],
    find: async () => undefined,
    remove: async () => true,
  };
  server = await startScriptedServer(say("hello"), { items, files, responses, conversations });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

async function json(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const answer = await sendRaw(server, { method, path: `/v1${path}`, headers: JSON_HEADERS, body: text });
  expect(answer.status).toBe(200);
  // Proof for the cast: every body of these routes is an object; the schemas check the rest.
  return answer.json as Record<string, unknown>;
}

function expectInterface(name: string, value: unknown): void {
  expect(interfaceProblems(name, value), `${name}: ${JSON.stringify(value)}`).toEqual([]);
}

/** Sent as loosely as clients may. */
const ITEMS = [
  { role: "user", content: "hello" },
  { role: "developer", content: [{ type: "input_text", text: "Be brief." }] },
  {
    role: "user",
    content: [
      { type: "input_image", image_url: "https://example.com/a.png" },
      { type: "input_file", file_data: "eA==", filename: "a.txt" },
    ],
  },
  { role: "assistant", content: "hi" },
  { type: "function_call", call_id: "c1", name: "look", arguments: "{}" },
  { type: "function_call_output", call_id: "c1", output: "sun" },
  { type: "function_call", call_id: "c2", name: "look", arguments: "{}", id: null, status: null },
  { type: "function_call_output", call_id: "c2", output: [{ type: "input_text", text: "sun" }] },
  { type: "custom_tool_call", call_id: "c3", name: "write", input: "x" },
  { type: "custom_tool_call_output", call_id: "c3", output: "done" },
  { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] },
];

test("conversations and their items are as OpenAI's interface says", async () => {
  const created = await json("POST", "/conversations", { items: ITEMS, metadata: { a: "1" } });
  expectInterface("ConversationResource", created);
  const path = `/conversations/${String(created["id"])}`;
  expectInterface("ConversationResource", await json("GET", path));
  expectInterface("ConversationResource", await json("POST", path, { metadata: null }));
  expectInterface("ConversationItemList", await json("POST", `${path}/items`, { items: ITEMS }));
  await json("POST", "/responses", { model: "sonnet", conversation: created["id"], input: "on" });
  await json("POST", "/chat/completions", {
    model: `sonnet:${String(created["id"])}`,
    messages: [{ role: "user", content: [{ type: "text", text: "and on" }] }],
  });
  const list = await json("GET", `${path}/items?limit=100&order=asc`);
  expect(list["data"]).toHaveLength(2 * ITEMS.length + 4);
  expectInterface("ConversationItemList", list);
  const [first] = list["data"] as Record<string, unknown>[];
  expectInterface("ConversationItem", await json("GET", `${path}/items/${String(first?.["id"])}`));
  expectInterface("ConversationResource", await json("DELETE", `${path}/items/${String(first?.["id"])}`));
  expectInterface("DeletedConversationResource", await json("DELETE", path));
});

test("files are as OpenAI's interface says", async () => {
  const form = new FormData();
  form.append("purpose", "user_data");
  form.append("expires_after[anchor]", "created_at");
  form.append("expires_after[seconds]", "3600");
  form.append("file", new Blob(["hello"]), "a.txt");
  const headers = { authorization: `Bearer ${KEY}` };
  const answer = await fetch(`${server.url}/v1/files`, { method: "POST", headers, body: form });
  const file = (await answer.json()) as Record<string, unknown>;
  expectInterface("OpenAIFile", file);
  expectInterface("OpenAIFile", await json("GET", `/files/${String(file["id"])}`));
  expectInterface("ListFilesResponse", await json("GET", "/files"));
  expectInterface("DeleteFileResponse", await json("DELETE", `/files/${String(file["id"])}`));
  expectInterface("ListFilesResponse", await json("GET", "/files"));
});
