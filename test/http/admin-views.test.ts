import { expect, test } from "vitest";

import { CLIENTS } from "../../src/cli/connect/clients.ts";
import type { ConnectionBody } from "../../src/protocols/admin/connection-schemas.ts";
import { startKeyedServer } from "./keyed-server.ts";
import { KEY, say } from "./scripted-server.ts";

async function start() {
  const keyed = await startKeyedServer(say("ok"));
  return {
    keyed,
    admin: await keyed.give({ role: "admin" }),
    viewer: await keyed.give({ role: "viewer" }),
  };
}

test("the log's latest lines by level, without secrets, and what comes; its level can change at once", async () => {
  const { keyed, admin, viewer } = await start();
  const { logger } = keyed;
  const child = logger.child({ requestId: "req_1" });
  child.info("turn.completed", { apiKey: "hunter2hunter2", html: "<script>alert(1)</script>" });
  logger.error("turn.failed", { error: new Error("boom") });
  logger.debug("unseen");
  expect((await keyed.ask(viewer, "GET", "/admin/api/log")).status).toBe(403);
  const all = await keyed.ask(admin, "GET", "/admin/api/log");
  expect(all.json).toMatchObject({
    level: "info",
    data: [
      {
        number: 1,
        level: "info",
        event: "turn.completed",
        fields: { requestId: "req_1", apiKey: "[redacted]" },
      },
      { number: 2, level: "error", event: "turn.failed", fields: { error: { message: "boom" } } },
    ],
  });
  expect(all.text).not.toContain("hunter2");
  expect((await keyed.ask(admin, "GET", "/admin/api/log?level=error")).json).toMatchObject({
    data: [{ number: 2 }],
  });
  expect((await keyed.ask(admin, "GET", "/admin/api/log?level=loud")).status).toBe(400);

  const response = await fetch(`${keyed.server.url}/admin/api/log/stream?level=debug`, {
    headers: { authorization: `Bearer ${admin}` },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  logger.control?.setLevel("debug");
  child.debug("seen.now");
  logger.trace("unseen");
  while (!text.includes("seen.now")) text += (await reader?.read())?.value ?? expect.unreachable("it ended");
  expect(text).toContain('"requestId":"req_1"');
  await reader?.cancel();
});

const numbersOf = (json: unknown) =>
  (json as { data: { number: number }[] }).data.map(({ number }) => number);

test("the log in memory is bounded by lines and by size", async () => {
  const { keyed, admin } = await start();
  for (let index = 0; index < 2_500; index++) keyed.logger.info("line");
  const lines = numbersOf((await keyed.ask(admin, "GET", "/admin/api/log")).json);
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([2_000, 501, 2_500]);
  for (let index = 0; index < 300; index++)
    keyed.logger.info("long", { text: "x", wide: "y".repeat(20_000) });
  const answer = await keyed.ask(admin, "GET", "/admin/api/log");
  expect(answer.text.length).toBeLessThan(3_000_000);
  expect(numbersOf(answer.json).at(-1)).toBe(2_800);
});

test("profiles as turns get them, with the models that lead to them", async () => {
  const { keyed, viewer } = await start();
  const { json, text } = await keyed.ask(viewer, "GET", "/admin/api/profiles");
  expect(json).toMatchObject({
    object: "list",
    data: [
      { object: "profile", name: "chat", builtin_tools: "off", environment: [] },
      { object: "profile", builtin_tools: expect.any(String) },
    ],
  });
  expect(text).not.toContain(KEY);
});

test("the plan's windows, as far as they were heard of", async () => {
  const { keyed, viewer } = await start();
  expect((await keyed.ask(viewer, "GET", "/admin/api/plan")).json).toEqual({ object: "list", data: [] });
  const now = keyed.now();
  keyed.plan.hear([{ name: "five_hour", utilization: 0.4, status: "allowed", resetsAt: now + 9_000_000 }]);
  expect((await keyed.ask(viewer, "GET", "/admin/api/plan")).json).toMatchObject({
    data: [
      { name: "five_hour", utilization: 0.4, resets_at: now + 9_000_000, projected: expect.closeTo(0.8) },
    ],
  });
});

test.each(["linux", "darwin", "win32"])(
  "every client is set up for the address that is asked for, on %s, with a placeholder for the key",
  async (platform) => {
    const { keyed, viewer } = await start();
    const asked = `/admin/api/connect?platform=${platform}&url=https://ai.example.com`;
    const { json } = await keyed.ask(viewer, "GET", asked);
    const { data, key_placeholder: placeholder } = json as {
      data: ConnectionBody[];
      key_placeholder: string;
    };
    expect(data.map(({ name }) => name)).toEqual(CLIENTS.map(({ name }) => name));
    for (const client of data) {
      const text = JSON.stringify(client);
      expect(text, client.name).toContain("https://ai.example.com");
      expect(text, client.name).toContain(placeholder);
      const secret = client.files.filter((file) => file.holds_key);
      for (const file of secret) expect(file.text, file.path).toContain(placeholder);
    }
  },
);

test("an address that is none is refused; without one it is the server's own", async () => {
  const { keyed, viewer } = await start();
  for (const url of ["javascript:alert(1)", "nowhere", "https://user:pass@host"]) {
    const answer = await keyed.ask(viewer, "GET", `/admin/api/connect?url=${encodeURIComponent(url)}`);
    expect(answer.status).toBe(400);
  }
  expect((await keyed.ask(viewer, "GET", "/admin/api/connect?platform=amiga")).status).toBe(400);
  expect((await keyed.ask(viewer, "GET", "/admin/api/connect")).json).toMatchObject({
    url: keyed.server.url,
  });
});
