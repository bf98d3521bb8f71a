import { expect, test } from "vitest";

import { reply, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import type { RunBody } from "../../src/protocols/admin/format-run.ts";
import type { RequestBody } from "../../src/protocols/admin/format-request.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { Daemon } from "./run-daemon.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";
import { waitFor } from "../wait-for.ts";

test("a turn that dies with its server is told of afterwards, as broken off", async () => {
  const upstream = await startUpstream();
  const daemon = new Daemon({ folder: await makeFolder(), upstream });
  await daemon.run("start", "--api-key", API_KEY);
  const { pid, url } = await daemon.status();
  const gate = new Gate();
  upstream.respondWith(reply({ blocks: [textBlock("", { chunks: ["One ", gate, "two"] })] }));
  const asked = { model: "sonnet", messages: [user("Hello")], stream: true };
  const answer = await daemon.ask(url, "/v1/chat/completions", asked);
  const cut = answer.text().catch(() => "cut");
  await gate.reached;
  const [running] = await daemon.runs();
  expect(running?.state).toBe("running");
  await daemon.ask(url, "/v1/responses", { model: "sonnet", input: "Hello", background: true });
  await upstream.waitForRequest(2);
  process.kill(pid, "SIGKILL");
  await cut;
  gate.release();
  await waitFor(async () => expect((await daemon.run("status")).code).toBe(3));

  expect(await daemon.run("start", "--api-key", API_KEY)).toMatchObject({ code: 0 });
  const { data } = await daemon.json<{ data: RunBody[] }>("runs");
  expect(data.map(({ protocol }) => protocol).toSorted()).toEqual(["chat-completions", "responses"]);
  expect(data.find(({ id }) => id === running?.id)).toMatchObject({
    state: "failed",
    profile: "chat",
    model: "sonnet",
    conversation_id: running?.conversation_id,
    error: { code: "shutting-down", message: "The server ended while this turn was running." },
  });
  expect(await daemon.run("tail", running?.id ?? "")).toMatchObject({
    stdout: expect.stringContaining("The server ended while this turn was running."),
  });
  expect(await daemon.json<RequestBody>("requests", "show", running?.id ?? "")).toMatchObject({
    route: "POST /v1/chat/completions",
    status: 503,
    error: "shutting-down",
    turn_id: running?.id,
  });

  // Told once.
  expect(await daemon.run("restart")).toMatchObject({ code: 0 });
  expect(await daemon.runs()).toEqual([]);
  const { stdout } = await daemon.run("requests", "export");
  expect(stdout.trim().split("\n")).toHaveLength(2);
}, 300_000);
