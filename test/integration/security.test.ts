import { readdir, readFile, stat } from "node:fs/promises";
import { request as sendRequest, type OutgoingHttpHeaders } from "node:http";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { expectErrorBody } from "./expect-error.ts";
import { canFindProcesses, findProcesses, isClaude } from "./find-processes.ts";
import { runTurnpike, serveTurnpike } from "./run-turnpike.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly content: string;
}

const CHAT = "/v1/chat/completions";
const BODY = JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "hello" }] });

describe("what a web page can make a browser send", () => {
  // Without keys: the checks of Host and Origin have to do it alone.
  const turnpike = shareTurnpike({ flags: { "auth.apiKeys": [], "auth.noAuth": true } });

  /** By hand, because `fetch` sets Host and Origin by itself. */
  function send(method: string, path: string, headers: OutgoingHttpHeaders, body = ""): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { hostname, port } = new URL(turnpike().url);
    const call = sendRequest({ hostname, port, method, path, headers }, (response) => {
      let content = "";
      response.setEncoding("utf8").on("data", (piece: string) => (content += piece));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, content }),
      );
    });
    call.once("error", reject);
    call.end(body);
    return promise;
  }

  const json = { "content-type": "application/json" };
  const forbidden = [
    { name: "a foreign Host (DNS rebinding)", headers: { host: "evil.example" } },
    { name: "a foreign Host that begins like ours", headers: { host: "127.0.0.1.evil.example:4141" } },
    { name: "a foreign Origin", headers: { origin: "https://evil.example" } },
    { name: "an Origin on another port of this machine", headers: { origin: "http://127.0.0.1:1" } },
    { name: "the Origin null of a sandboxed frame", headers: { origin: "null" } },
    { name: "a cross-site fetch without Origin", headers: { "sec-fetch-site": "cross-site" } },
    { name: "a fetch from another port of this machine", headers: { "sec-fetch-site": "same-site" } },
  ];

  test.each(forbidden)("$name is refused, whatever it asks for", async ({ headers }) => {
    for (const [method, path] of [
      ["POST", CHAT],
      ["GET", "/v1/models"],
      ["GET", "/health"],
      ["GET", "/conversations"],
      ["DELETE", "/conversations/any"],
    ] as const) {
      const answer = await send(method, path, { ...json, ...headers }, method === "POST" ? BODY : "");
      expect(answer.status).toBe(403);
      expectErrorBody(JSON.parse(answer.content), { type: "permission_error", code: "forbidden" });
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect(turnpike().upstream.requests).toHaveLength(0);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])(
    "a form's content type (%s) is refused even from nowhere",
    async (type) => {
      const answer = await send("POST", CHAT, type === "" ? {} : { "content-type": type }, BODY);
      expect(answer.status).toBe(415);
      expect(turnpike().upstream.requests).toHaveLength(0);
    },
  );

  test("a preflight gets no permission", async () => {
    const answer = await send("OPTIONS", CHAT, {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    });
    expect(answer.status).toBe(403);
    const granted = Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"));
    expect(granted).toEqual([]);
  });

  test("a program on this machine may call", async () => {
    turnpike().upstream.respondWith(text("hello"));
    const answer = await send("POST", CHAT, json, BODY);
    expect(answer.status).toBe(200);
  });
});

describe("secrets", () => {
  const PROMPT = "a-prompt-nobody-else-may-read";
  const SAID = "an-answer-nobody-else-may-read";
  const SECRET = "turnpike-own-secret";

  test.runIf(canFindProcesses)(
    "stay out of Claude Code's environment, command lines and the log",
    async () => {
      const upstream = await startUpstream();
      const folder = await makeFolder();
      const logFile = join(folder, "turnpike.log");
      const server = await serveTurnpike({
        folder,
        upstream,
        flags: ["--log-file", logFile],
        environment: { TURNPIKE_MAX_BODY: "1MiB", MY_DATABASE_PASSWORD: SECRET, SSH_AUTH_SOCK: "/run/agent" },
      });
      const gate = new Gate();
      const messages = [
        { role: "user", content: PROMPT },
        { role: "assistant", content: SAID },
        { role: "user", content: `${PROMPT} again` },
      ];
      upstream.respondWith(reply({ blocks: [textBlock("", { chunks: [SAID, gate] })] }));
      const answering = server.ask({ model: "claude-code", messages });
      await gate.reached;

      const children = (await findProcesses(folder)).filter(isClaude);
      expect(children.length).toBeGreaterThanOrEqual(1);
      for (const { processId, command } of children) {
        const environment = await readFile(`/proc/${processId}/environ`, "utf8");
        expect(environment).toContain("sk-ant-test-secret");
        for (const secret of [API_KEY, "TURNPIKE_", SECRET, "SSH_AUTH_SOCK", PROMPT, SAID]) {
          expect(environment).not.toContain(secret);
          expect(command).not.toContain(secret);
        }
        expect(command).not.toContain("sk-ant-test-secret");
      }
      gate.release();
      expect(await (await answering).text()).toContain(SAID);
      await (await server.ask({ model: "nobody", messages })).text();
      await (
        await server.ask({ model: "sonnet", messages }, { authorization: "Bearer tp-wrong-key" })
      ).text();

      server.kill("SIGTERM");
      await server.finished;
      const log = (await readFile(logFile, "utf8")) + server.stdout + server.stderr;
      expect(log).toContain("request.completed");
      for (const secret of [API_KEY, "sk-ant-test-secret", SECRET, PROMPT, SAID, "tp-wrong-key"]) {
        expect(log).not.toContain(secret);
      }
      // The history was handed over in a file, which is gone.
      const transcripts = join(folder, "data", "transcripts");
      expect(await modeOf(transcripts)).toBe("700");
      expect(await readdir(transcripts)).toEqual([]);
      // Nothing of it is left in Claude Code's own folders either.
      expect(await filesWith(join(folder, "claude"), PROMPT)).toEqual([]);
    },
  );

  test("the keys that the first start makes are private, and printed once", async () => {
    const folder = await makeFolder();
    const first = runTurnpike(["--demo", "--port", "0"], { folder });
    const [, key = ""] = await first.untilSays(/API key +(tp-\S+)/);
    const [, approver = ""] = await first.untilSays(/Approvals +answered with (tp-approver-\S+)/);
    const [, url = ""] = await first.untilSays(/Base URL +(\S+)\/v1/);
    const asApprover = { headers: { authorization: `Bearer ${approver}` } };
    expect((await fetch(`${url}/approvals`, asApprover)).status).toBe(200);
    expect((await fetch(`${url}/v1/models`, asApprover)).status).toBe(403);
    await first.untilSays(/Claude Code is ready/);
    const file = join(folder, "data", "api-key");
    expect((await readFile(file, "utf8")).trim()).toBe(key);
    expect(await modeOf(file)).toBe("600");
    expect(await modeOf(join(folder, "data"))).toBe("700");
    expect(await modeOf(join(folder, "data", "turnpike.db"))).toBe("600");
    first.kill("SIGTERM");
    expect(await first.finished).toMatchObject({ code: 0 });

    const second = runTurnpike(["--demo", "--port", "0"], { folder });
    await second.untilSays(/Claude Code is ready/);
    for (const secret of [key, approver]) {
      expect(second.stdout + second.stderr).not.toContain(secret);
      expect(first.stderr).not.toContain(secret);
    }
    const [, later = ""] = await second.untilSays(/Base URL +(\S+)\/v1/);
    expect((await fetch(`${later}/approvals`, asApprover)).status).toBe(200);
    // Whoever reads the disk, as Claude Code's tools may, cannot approve with what is there.
    expect(await filesWith(folder, approver)).toEqual([]);
    const [, hash = ""] = (await readFile(join(folder, "data", "approver-key"), "utf8")).trim().split(":");
    const withHash = { headers: { authorization: `Bearer ${hash}` } };
    expect((await fetch(`${later}/approvals`, withHash)).status).toBe(401);
  });
});

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

async function filesWith(folder: string, content: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return (await readFile(path, "utf8")).includes(content) ? [path] : [];
      }),
  );
  return found.flat();
}
