import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, onTestFinished, test, vi } from "vitest";

import { controlFile, findControlAddress } from "../../src/config/data-folder/control-address.ts";
import { ControlClient, readText } from "../../src/cli/daemon/control-client.ts";
import { httpError } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock, toolUse } from "../../src/demo/build-reply.ts";
import type { InvitedUserBody } from "../../src/protocols/admin/user-schemas.ts";
import type { KeyWithSecretBody } from "../../src/protocols/admin/key-schemas.ts";
import { Collector } from "../http/start-collector.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { user } from "./ask.ts";
import { Daemon } from "./run-daemon.ts";
import { API_KEY, makeFolder } from "./start-turnpike.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Starts a server that says all that it can of itself. */
async function startTold(...flags: readonly string[]) {
  const upstream = await startUpstream();
  const collector = new Collector();
  const endpoint = await collector.start();
  onTestFinished(() => collector.close());
  const daemon = new Daemon({
    folder: await makeFolder(),
    upstream,
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  });
  const started = await daemon.run("start", "--api-key", API_KEY, "--log-level", "trace", ...flags);
  expect(started, started.stderr).toMatchObject({ code: 0 });
  const { url } = await daemon.status();
  const control = new ControlClient(findControlAddress(daemon.dataDir) ?? controlFile(daemon.dataDir));
  const read = async (path: string) => {
    let all = "";
    for await (const piece of readText(await control.open("GET", path))) all += piece;
    return all;
  };
  /** All that is left when the server has ended, and all that it has told, by where. */
  const collect = async (): Promise<ReadonlyMap<string, string>> => {
    const told = new Map<string, string>();
    const requests = await read("/admin/api/requests?limit=1000");
    for (const { id } of (JSON.parse(requests) as { data: { id: string }[] }).data) {
      told.set(`request ${id}`, await read(`/admin/api/requests/${id}`));
    }
    told.set("requests", requests);
    for (const path of ["/metrics", "/admin/api/overview", "/admin/api/runs", "/admin/api/status"]) {
      told.set(path, await read(path));
    }
    const exports = [["export"], ["export", "--format", "csv"]] as const;
    for (const args of exports) told.set(args.join(" "), (await daemon.run("requests", ...args)).stdout);
    expect(await daemon.run("stop")).toMatchObject({ code: 0 });
    told.set("traces", collector.bodies.join("\n"));
    for (const file of await readdir(daemon.dataDir, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      told.set(path, await readFile(path, path.endsWith(".log") ? "utf8" : "latin1"));
    }
    return told;
  };
  return { upstream, daemon, url, control, collect };
}

const chat = (content: string) => ({ model: "sonnet", messages: [user(content)], store: true });

/** As it stands, in JSON inside of JSON, and as what a file or picture holds is often kept. */
function formsOf(marker: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(`${"x".repeat(shift)}${marker}`)
      .toString("base64")
      .slice(4, -4),
  );
  return [marker, encodeURIComponent(marker), Buffer.from(marker).toString("hex"), ...base64];
}

function placesOf(marker: string, told: ReadonlyMap<string, string>): readonly string[] {
  const forms = formsOf(marker);
  return [...told].flatMap(([place, content]) =>
    forms.some((form) => content.includes(form)) ? [place] : [],
  );
}

test("without content logging and with nothing retained, no word of what was asked, answered, called or refused is left anywhere", async () => {
  const MARKER = "xylophone-4471-ünder";
  const { upstream, daemon, url, collect } = await startTold("--retention", "none");
  const ask = async (path: string, body: object, status = 200) => {
    const response = await daemon.ask(url, path, body);
    const answer = await response.text();
    expect(response.status, answer).toBe(status);
    return answer;
  };
  const tool = {
    type: "function",
    function: { name: "play", description: MARKER, parameters: { type: "object", description: MARKER } },
  };
  const picture = `data:text/plain;base64,${Buffer.from(MARKER).toString("base64")}`;
  upstream.respondWith(() => text(`The ${MARKER} plays.`));
  const messages = [{ role: "system", content: MARKER }, user(`Play the ${MARKER}.`)];
  const told = await ask("/v1/chat/completions", { model: "sonnet", messages, metadata: { about: MARKER } });
  expect(told).toContain(MARKER);
  await ask("/v1/chat/completions", { model: "sonnet", messages, stream: true });
  await ask("/v1/responses", { model: "sonnet", input: MARKER, instructions: MARKER, store: true });
  await ask("/v1/messages", { model: "sonnet", max_tokens: 50, system: MARKER, messages: [user(MARKER)] });
  const file = { type: "file", file: { filename: `${MARKER}.txt`, file_data: picture } };
  await ask("/v1/chat/completions", {
    model: "sonnet",
    messages: [{ role: "user", content: [{ type: "text", text: MARKER }, file] }],
  });
  upstream.respondWith(() =>
    reply({ blocks: [toolUse("play", { tune: MARKER }), textBlock("")].slice(0, 1) }),
  );
  await ask("/v1/chat/completions", { model: "sonnet", messages: [user(MARKER)], tools: [tool] });
  upstream.respondWith(() => text("fine"));
  // What is refused quotes what was wrong.
  await ask(
    "/v1/chat/completions",
    { model: "sonnet", messages: [{ role: "user", content: [{ type: MARKER }] }] },
    400,
  );
  await ask("/v1/chat/completions", { model: "sonnet", messages: [user(MARKER)], stop: [MARKER, 5] }, 400);
  await ask("/v1/responses", { model: "sonnet", input: [{ type: MARKER, text: MARKER }] }, 400);
  // So does what stands in the API's place, of a conversation on a worker and of one in a session.
  upstream.respondWith(() =>
    httpError(400, {
      type: "invalid_request_error",
      message: `The words "Play the ${MARKER}." are blocked.`,
    }),
  );
  await ask("/v1/chat/completions", { model: "sonnet", messages }, 400);
  await ask("/v1/chat/completions", { model: "claude-code", messages }, 400);
  const left = await collect();
  expect(left.size).toBeGreaterThan(15);
  const logged = [...left].flatMap(([place, content]) => (place.endsWith(".log") ? [content] : [])).join("");
  expect(logged.match(/The words \\"\[…\]\\" are blocked/g)).toHaveLength(2);
  expect([...left.keys()].some((place) => place.endsWith("turnpike.db"))).toBe(true);
  expect(placesOf(MARKER, left)).toEqual([]);
  // The test would see it.
  const control = new Map([["here", `… ${Buffer.from(`a file with ${MARKER} in it`).toString("base64")}`]]);
  expect(placesOf(MARKER, control)).toEqual(["here"]);
});

test("with everything logged and kept, no secret is: keys, tokens of links and sessions, passwords, the account's own key", async () => {
  const { upstream, daemon, url, collect } = await startTold(
    "--request-log-content",
    "--log-prompts",
    "--clients-may-approve",
  );
  const PASSWORD = "correct horse battery";
  const invited = await daemon.json<InvitedUserBody>("users", "invite", "ada", "--role", "admin");
  const key = await daemon.json<KeyWithSecretBody>("keys", "create", "ci", "--log-content", "on");
  const token = invited.link.split("#")[1] ?? "";
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url, ...headers },
      body: JSON.stringify(body),
    });
  const used = await post("/admin/api/link/use", { token, password: PASSWORD });
  expect(used.status).toBe(200);
  const cookies = used.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  const { csrf_token: csrf } = (await used.json()) as { csrf_token: string };
  const session = { cookie: cookies.join("; "), "x-csrf-token": csrf };
  upstream.respondWith(() => text("Here you are."));
  // By each way in, and with a key that somebody pasted.
  expect((await daemon.ask(url, "/v1/chat/completions", chat("Hello"), key.key)).status).toBe(200);
  expect((await post("/v1/chat/completions", chat("Hello again"), session)).status).toBe(200);
  const asWho = await fetch(`${url}/admin/api/session`, { headers: { ...session, origin: url } });
  expect(asWho.status).toBe(200);
  const wrong = await post("/admin/api/session", { name: "ada", password: `${PASSWORD}!` });
  expect(wrong.status).toBe(401);
  expect(
    (await post(`/v1/chat/completions?key=${API_KEY}`, chat("x"), { "x-api-key": "tp-wrong-one" })).status,
  ).toBe(401);
  const left = await collect();
  const everything = [...left.values()].join("\n");
  // It is logged, and kept.
  expect(everything).toContain("Hello again");
  const secrets = {
    "the configured key": API_KEY,
    "a key of the database": key.key,
    "the account's key": "sk-ant-test",
    "a link's token": token,
    "a password": PASSWORD,
    "the session's CSRF token": csrf,
    ...Object.fromEntries(cookies.map((cookie) => [cookie.split("=")[0], cookie.split("=")[1]])),
  };
  for (const [name, secret] of Object.entries(secrets)) {
    expect(String(secret).length, name).toBeGreaterThan(8);
    expect(placesOf(String(secret), left), name).toEqual([]);
  }
});
