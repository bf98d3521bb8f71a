import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { type DashboardFiles, openDashboardFiles } from "../../src/http/dashboard/dashboard-files.ts";
import { makeFolder } from "../integration/start-turnpike.ts";
import { say, type ScriptedServer, sendRaw, startScriptedServer } from "./scripted-server.ts";

const SCRIPT = `${"console.log('hello');\n".repeat(200)}`;

/** A build with one script. */
async function makeBuild(): Promise<string> {
  const folder = join(await makeFolder(), "dashboard");
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(
    join(folder, "index.html"),
    '<!doctype html><script type="module" src="/dashboard/assets/index-abc.js" nonce="__TURNPIKE_NONCE__"></script>',
  );
  await writeFile(join(folder, "assets", "index-abc.js"), SCRIPT);
  await writeFile(join(folder, "favicon.svg"), "<svg/>");
  await writeFile(join(folder, "..", "secret.js"), "secret");
  await writeFile(join(folder, "notes.txt"), "not to be served");
  return folder;
}

async function start(files: DashboardFiles | undefined): Promise<ScriptedServer> {
  const server = await startScriptedServer(say("ok"), { dashboard: { files } });
  onTestFinished(() => server.close());
  return server;
}

describe("a server with the dashboard", () => {
  let server: ScriptedServer;
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    sendRaw(server, { path, headers });
  beforeEach(async () => {
    server = await start(await openDashboardFiles(await makeBuild()));
  });

  test.each(["/dashboard", "/dashboard/", "/dashboard/requests", "/dashboard/index.html", "/dashboard/a/b"])(
    "its page is at %s, without a key",
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers["content-type"]).toMatch(/^text\/html/);
      expect(answer.text).toContain("/dashboard/assets/index-abc.js");
      expect(answer.headers["cache-control"]).toBe("no-cache");
    },
  );

  test("the page may load what comes from here and nothing else, and nobody may frame it", async () => {
    const { headers, text } = await get("/dashboard");
    const policy = new Map(
      String(headers["content-security-policy"])
        .split("; ")
        .map((rule) => [rule.slice(0, rule.indexOf(" ")), rule.slice(rule.indexOf(" ") + 1)]),
    );
    const nonce = /nonce="([^"]+)"/.exec(text)?.[1] ?? "";
    expect(nonce).toMatch(/^[\w-]{22}$/);
    expect(Object.fromEntries(policy)).toEqual({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": `'self' 'nonce-${nonce}'`,
      "connect-src": "'self'",
      "img-src": "'self' data: blob:",
      "font-src": "'self'",
      "manifest-src": "'self'",
      "base-uri": "'none'",
      "form-action": "'self'",
      "frame-ancestors": "'none'",
    });
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
    });
    const again = await get("/dashboard");
    expect(again.headers["content-security-policy"]).not.toBe(headers["content-security-policy"]);
  });

  test("files that are named by their content are kept for good, compressed for who takes that", async () => {
    const plain = await get("/dashboard/assets/index-abc.js");
    expect(plain.text).toBe(SCRIPT);
    expect(plain.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "Accept-Encoding",
      "x-content-type-options": "nosniff",
    });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    const refused = await get("/dashboard/assets/index-abc.js", { "accept-encoding": "br, gzip;q=0" });
    expect(refused.headers["content-encoding"]).toBeUndefined();
    const response = await fetch(`${server.url}/dashboard/assets/index-abc.js`, {
      headers: { "accept-encoding": "gzip, br" },
    });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(Number(response.headers.get("content-length"))).toBeLessThan(SCRIPT.length / 10);
    expect(await response.text()).toBe(SCRIPT);
  });

  test("what has not changed is not sent again", async () => {
    const first = await get("/dashboard/favicon.svg");
    expect(first.headers["cache-control"]).toBe("no-cache");
    const second = await get("/dashboard/favicon.svg", { "if-none-match": String(first.headers["etag"]) });
    expect(second).toMatchObject({ status: 304, text: "" });
    const changed = await get("/dashboard/favicon.svg", { "if-none-match": '"another"' });
    expect(changed.status).toBe(200);
  });

  test("a script of an earlier build is not there, and no page stands in its place", async () => {
    const answer = await get("/dashboard/assets/index-old.js");
    expect(answer.status).toBe(404);
    expect(answer.headers["content-type"]).toMatch(/^text\/plain/);
  });

  test.each([
    "/dashboard/../secret.js",
    "/dashboard/%2e%2e/secret.js",
    "/dashboard/..%2fsecret.js",
    "/dashboard/assets/..%2f..%2fsecret.js",
    "/dashboard/%2e%2e%2fsecret.js",
    "/dashboard//secret.js",
  ])("no path leads out of the build: %s", async (path) => {
    expect((await get(path)).text).not.toContain("secret\n");
    expect((await get(path)).text).not.toBe("secret");
  });

  test("only kinds of files that a page has are served", async () => {
    expect((await get("/dashboard/notes.txt")).text).toContain("<!doctype html>");
  });

  test("/webui leads there", async () => {
    for (const path of ["/webui", "/webui/", "/webui/anything"]) {
      const answer = await get(path);
      expect(answer.status).toBe(302);
      expect(answer.headers["location"]).toBe("/dashboard");
    }
  });

  test("a name that is not this server's is refused, here too", async () => {
    for (const path of ["/dashboard", "/dashboard/assets/index-abc.js", "/webui"]) {
      expect((await get(path, { host: "rebound.example" })).status).toBe(403);
    }
  });

  test("a link from elsewhere may lead here, and to nothing else", async () => {
    const elsewhere = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await get("/dashboard/requests", elsewhere)).status).toBe(200);
    expect((await get("/v1/models", elsewhere)).status).toBe(403);
  });

  test("nothing of it goes on record", async () => {
    const heard: unknown[] = [];
    const hearing = await startScriptedServer(say("ok"), {
      dashboard: { files: await openDashboardFiles(await makeBuild()) },
      hearRequest: (entry) => heard.push(entry.route),
    });
    onTestFinished(() => hearing.close());
    await sendRaw(hearing, { path: "/dashboard" });
    await sendRaw(hearing, { path: "/dashboard/assets/index-abc.js" });
    await sendRaw(hearing, { path: "/v1/nothing" });
    await expect.poll(() => heard).toHaveLength(1);
    expect(heard).toEqual(["GET /v1/nothing"]);
  });
});

test("without a build there is a page that says how to get one", async () => {
  const files = await openDashboardFiles(join(await makeFolder(), "nothing"));
  expect(files).toBeUndefined();
  const server = await start(files);
  for (const path of ["/dashboard", "/dashboard/requests"]) {
    const answer = await sendRaw(server, { path });
    expect(answer.status).toBe(503);
    expect(answer.text).toContain("npm run build");
    const nonce = /<style nonce="([^"]+)"/.exec(answer.text)?.[1];
    expect(answer.headers["content-security-policy"]).toContain(`'nonce-${nonce}'`);
  }
});

test("a file that is gone is an error, and found when it is back", async () => {
  const folder = await makeBuild();
  const files = await openDashboardFiles(folder);
  const path = join(folder, "favicon.svg");
  await rm(path);
  await expect(files?.find("favicon.svg")).rejects.toThrow("ENOENT");
  await writeFile(path, "<svg></svg>");
  const file = await files?.find("favicon.svg");
  expect(Buffer.from(file?.body ?? []).toString()).toBe("<svg></svg>");
});
