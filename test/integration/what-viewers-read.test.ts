import { expect, test } from "vitest";

import { reply, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { Daemon } from "./run-daemon.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";

const PROMPT = "Play the xylophone. My token is ghp_0123456789abcdefghij0123456789";
const ANSWER = "The marimba plays.";

test("what was said is for administrators, whatever is kept of it; a secret in it is for nobody", async () => {
  const upstream = await startUpstream();
  const daemon = new Daemon({ folder: await makeFolder(), upstream });
  const started = await daemon.run("start", "--api-key", API_KEY, "--request-log-content");
  expect(started, started.stderr).toMatchObject({ code: 0 });
  const { url } = await daemon.status();
  const keyOf = async (role: string) => {
    const { stdout, stderr } = await daemon.run("keys", "create", `the-${role}`, "--role", role);
    const [key] = /tp-[\w-]{40,}/.exec(stdout) ?? [];
    expect(key, stderr).toBeDefined();
    return key ?? "";
  };
  const [viewer, admin] = [await keyOf("viewer"), await keyOf("admin")];
  const get = (path: string, key: string) =>
    fetch(`${url}/admin/api/${path}`, { headers: { authorization: `Bearer ${key}` } });
  const listed = async (path: string, key: string) => {
    // Proof: a page of the admin API.
    const { data } = (await (await get(path, key)).json()) as { data: readonly { id: string }[] };
    return data[0]?.id ?? "";
  };

  const gate = new Gate();
  upstream.respondWith(reply({ blocks: [textBlock("", { chunks: [ANSWER, gate] })] }));
  const asked = daemon.ask(url, "/v1/chat/completions", { model: "sonnet", messages: [user(PROMPT)] });
  await gate.reached;
  const run = await listed("runs", viewer);
  expect((await get(`runs/${run}`, viewer)).status).toBe(200);
  expect((await get(`runs/${run}/events`, viewer)).status).toBe(403);
  const followed = await get(`runs/${run}/events`, admin);
  expect(followed.status).toBe(200);
  gate.release();
  expect((await asked).status).toBe(200);
  expect(await followed.text()).toContain(ANSWER);

  const request = await listed("requests", viewer);
  const prompt = expect.stringContaining("My token is ghp_[redacted]");
  expect(await (await get(`requests/${request}`, admin)).json()).toMatchObject({
    content: { prompt, answer: ANSWER },
  });
  const shown = await get(`requests/${request}`, viewer);
  expect(shown.status).toBe(200);
  expect(await shown.json()).toMatchObject({ id: request, turns: 1, content: null });
  for (const path of [
    "requests",
    "runs",
    "conversations",
    "overview",
    "usage",
    "requests/export?format=csv",
  ]) {
    const said = await (await get(path, viewer)).text();
    expect(said, path).not.toContain("xylophone");
    expect(said, path).not.toContain("marimba");
  }
});
