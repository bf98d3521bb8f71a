import { expect, test } from "vitest";

import type { Message } from "../../src/core/words/message.ts";
import { BOB, conversation, newTurn, outcome, turnId } from "../conformance/store-fixtures.ts";
import { type KeyedServer, startKeyedServer } from "./keyed-server.ts";
import { say } from "./scripted-server.ts";

const PATH = "/admin/api/conversations";
const PIXEL = "iVBORw0KGgo=";
const TRAP = "<script>alert(1)</script>";

async function start() {
  const keyed = await startKeyedServer(say("ok"));
  return {
    keyed,
    admin: await keyed.give({ role: "admin" }),
    viewer: await keyed.give({ role: "viewer" }),
  };
}

/** A conversation with one turn, whose id it returns. */
async function record(
  { store }: KeyedServer,
  id: string,
  changes: Parameters<typeof conversation>[1] = {},
  turn: { readonly input?: readonly Message[]; readonly outcome?: Parameters<typeof outcome>[0] } = {},
): Promise<string> {
  const of = conversation(id, changes);
  const name = `turn_${id.replace("conv_", "").padStart(24, "0")}`;
  await store.beginTurn(of, newTurn(name, of, turn.input ? { input: turn.input } : {}));
  await store.finishTurn(turnId(name), outcome({ stateHash: `state of ${id}`, ...turn.outcome }));
  return name;
}

const idsOf = (json: unknown) => (json as { data: { id: string }[] }).data.map(({ id }) => id);

test("all principals' conversations, newest first, by pages and by filter; viewers see the list only", async () => {
  const { keyed, admin, viewer } = await start();
  await record(keyed, "conv_1", { updatedAt: 3_000 });
  await record(keyed, "conv_2", { updatedAt: 3_000, principalId: BOB });
  await record(keyed, "conv_3", { updatedAt: 7_000, principalId: BOB, profile: "chat", name: TRAP });
  const all = await keyed.ask(viewer, "GET", PATH);
  expect(all.json).toMatchObject({
    object: "list",
    has_more: false,
    next: null,
    data: [
      { id: "conv_3", name: TRAP, principal: "bob", profile: "chat", turn_count: 1, is_hot: false },
      { id: "conv_2", principal: "bob" },
      { id: "conv_1", principal: "alice", name: null, updated_at: 3_000 },
    ],
  });
  const first = await keyed.ask(admin, "GET", `${PATH}?limit=2`);
  expect(idsOf(first.json)).toEqual(["conv_3", "conv_2"]);
  const { next } = first.json as { next: string };
  expect((await keyed.ask(admin, "GET", `${PATH}?limit=2&after=${next}`)).json).toMatchObject({
    data: [{ id: "conv_1" }],
    has_more: false,
  });
  expect(idsOf((await keyed.ask(admin, "GET", `${PATH}?principal=bob&profile=chat`)).json)).toEqual([
    "conv_3",
  ]);
  expect(idsOf((await keyed.ask(admin, "GET", `${PATH}?state=hot`)).json)).toEqual([]);
  for (const query of ["limit=0", "limit=x", "state=warm", "after=1", "colour=red"]) {
    expect((await keyed.ask(admin, "GET", `${PATH}?${query}`)).status).toBe(400);
  }
  expect((await keyed.ask(viewer, "GET", `${PATH}/conv_1`)).status).toBe(403);
});

test("a transcript has tools with their results, thinking and images in order, however wild what is on record", async () => {
  const { keyed, admin } = await start();
  const image = { type: "image", source: { type: "base64", mediaType: "image/png", data: PIXEL } } as const;
  const turn = await record(
    keyed,
    "conv_1",
    {},
    {
      input: [{ role: "user", content: [{ type: "text", text: TRAP }, image] }],
      outcome: {
        transcript: [
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "Hm." },
              { type: "tool_use", id: "t1", name: "Bash", input: { command: "ls" } },
              null,
              { type: "tool_use", id: "t2", name: 7 },
            ],
          },
          {
            role: "user",
            content: [
              {
                type: "tool_result",
                tool_use_id: "t1",
                is_error: true,
                content: [
                  { type: "text", text: "x".repeat(200_000) },
                  {
                    type: "image",
                    source: { type: "base64", media_type: "image/svg+xml", data: "PHN2Zz4=" },
                  },
                ],
              },
            ],
          },
          { role: "assistant", content: "Done." },
        ],
      },
    },
  );
  const shown = await keyed.ask(admin, "GET", `${PATH}/conv_1`);
  const images = `${PATH}/conv_1/turns/${turn}/images`;
  expect(shown.json).toMatchObject({
    id: "conv_1",
    principal: "alice",
    session: null,
    folder: null,
    has_earlier: false,
    turns: [
      {
        id: turn,
        is_kept: true,
        is_cut: true,
        changes: null,
        input: [
          {
            role: "user",
            content: [
              { type: "text", text: TRAP },
              { type: "image", url: `${images}/0` },
            ],
          },
        ],
        steps: [
          { type: "thinking", text: "Hm." },
          {
            type: "tool",
            name: "Bash",
            input: '{"command":"ls"}',
            is_error: true,
            images: [{ url: `${images}/1` }],
          },
          { type: "text", text: "Done." },
        ],
      },
    ],
  });
  expect(shown.text.length).toBeLessThan(110_000);
  const picture = await keyed.ask(admin, "GET", `${images}/0`);
  expect(picture.headers).toMatchObject({
    "content-type": "image/png",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
  });
  // SVG may hold scripts.
  for (const index of ["1", "2", "-1", "x"]) {
    expect((await keyed.ask(admin, "GET", `${images}/${index}`)).status).toBe(404);
  }
});

const name = (index: number) => `turn_${String(index).padStart(24, "0")}`;
const turnsOf = (json: unknown) => (json as { turns: { id: string }[] }).turns.map(({ id }) => id);

test("turns by pages; without text on record it says so; deleting is for good", async () => {
  const { keyed, admin, viewer } = await start();
  const of = conversation("conv_9");
  for (let index = 1; index <= 3; index++) {
    const parent = index > 1 ? { parentTurnId: turnId(name(index - 1)) } : {};
    await keyed.store.beginTurn(of, newTurn(name(index), of, parent));
    await keyed.store.finishTurn(turnId(name(index)), outcome({ stateHash: `s${index}` }));
  }
  const latest = await keyed.ask(admin, "GET", `${PATH}/conv_9?limit=2`);
  expect(latest.json).toMatchObject({ has_earlier: true });
  expect(turnsOf(latest.json)).toEqual([name(2), name(3)]);
  const earlier = await keyed.ask(admin, "GET", `${PATH}/conv_9?limit=2&before=${name(2)}`);
  expect(earlier.json).toMatchObject({ has_earlier: false });
  expect(turnsOf(earlier.json)).toEqual([name(1)]);
  await keyed.store.purgeContent(10_000);
  expect((await keyed.ask(admin, "GET", `${PATH}/conv_9`)).json).toMatchObject({
    turns: [{}, {}, { is_kept: false, input: [], steps: [], usage: { output_tokens: 4 } }],
  });
  expect((await keyed.ask(admin, "POST", `${PATH}/conv_9/evict`)).status).toBe(200);
  expect((await keyed.ask(admin, "POST", `${PATH}/conv_9/apply`)).status).toBe(404);
  expect((await keyed.ask(admin, "GET", `${PATH}/conv_9/diff`)).status).toBe(404);
  expect((await keyed.ask(admin, "POST", `${PATH}/conv_9/turns/${name(1)}/undo`)).status).toBe(404);
  expect((await keyed.ask(viewer, "DELETE", `${PATH}/conv_9`)).status).toBe(403);
  expect((await keyed.ask(admin, "DELETE", `${PATH}/conv_9`)).json).toEqual({
    id: "conv_9",
    object: "conversation.deleted",
    deleted: true,
  });
  expect((await keyed.ask(admin, "GET", `${PATH}/conv_9`)).status).toBe(404);
});
