import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

import OpenAI from "openai";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { giveToOtherUser, OTHER_USER } from "../integration/other-user.ts";
import { makeFolder } from "../integration/start-turnpike.ts";
import { type Mirror, mirrorRegistry } from "./mirror-registry.ts";
import { packTurnpike, type Tarball } from "./pack-turnpike.ts";
import { PACKAGE_MANAGERS, type PackageManager, whyNoManagers } from "./package-managers.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const INSTALL_MS = 300_000;

let tarball: Tarball;
beforeAll(async () => {
  const tasks: (() => Promise<unknown>)[] = [];
  const folder = await makeFolder((task) => void tasks.push(task));
  tarball = await packTurnpike(folder);
  return async () => {
    for (const task of tasks) await task();
  };
}, INSTALL_MS);

const paths = () => tarball.files.map(({ path }) => path);
const isExpected = (path: string) =>
  /^(bin\/[\w-]+\.cjs|dist\/dashboard\/(index\.html|favicon\.svg|color-scheme\.js|assets\/[\w-]+\.(js|css))|dist\/[\w/-]+\.js|docs\/[\w/-]+\.(md|svg|png|json)|[^/]+)$/.test(
    path,
  );

describe("the tarball", () => {
  // The dashboard is 0.4 MB of it, packed.
  test("is small", () => {
    console.log(
      `${tarball.size} bytes packed, ${tarball.unpackedSize} unpacked, ${tarball.files.length} files`,
    );
    expect(tarball.size).toBeLessThan(1_500_000);
    expect(tarball.unpackedSize).toBeLessThan(5_000_000);
    expect(tarball.files.length).toBeLessThan(1_600);
  });

  test("has the program and its pages, and nothing of the sources, the tests or the checkout", () => {
    const folders = new Set(paths().map((path) => path.replace(/\/.*/, "")));
    expect([...folders].sort()).toEqual(
      [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "bin",
        "dist",
        "docs",
        "package.json",
      ].sort(),
    );
    expect(paths().filter((path) => !isExpected(path))).toEqual([]);
    expect(paths().filter((path) => /\btest\b/.test(path))).toEqual([]);
  });

  test("each page's links to files lead to files in it", () => {
    const all = new Set(paths());
    const pages = paths().filter((path) => path.endsWith(".md"));
    expect(pages.length).toBeGreaterThan(20);
    const broken = pages.flatMap((page) => {
      const text = readFileSync(join(ROOT, page), "utf8");
      return [...text.matchAll(/\]\((?!\w+:)([^)#]+)/g)]
        .map(([, link = ""]) => posix.join(posix.dirname(page), link))
        .filter((path) => !all.has(path) && !paths().some((each) => each.startsWith(path)))
        .map((path) => `${page}: ${path}`);
    });
    expect(broken).toEqual([]);
  });
});

const wanted = process.env["TURNPIKE_TEST_PACKAGE"];
const why = wanted === undefined ? "TURNPIKE_TEST_PACKAGE is not set" : whyNoManagers();
const played = PACKAGE_MANAGERS.filter(({ isAmongFew }) => wanted !== "few" || isAmongFew);
const isPlayed = why === undefined;

describe.skipIf(!isPlayed)(`installed in an empty folder${isPlayed ? "" : ` (not here: ${why})`}`, () => {
  let mirror: Mirror;
  beforeAll(async () => {
    mirror = await mirrorRegistry();
    return () => mirror.close();
  });

  test.each(played)(
    "by $name, as a user who is not root: the demo answers",
    { timeout: INSTALL_MS },
    async (manager) => {
      const user = await makeUser(manager, mirror);
      const install = user.paste(manager.install);
      expect({ code: await install.ended, said: install.said() }).toMatchObject({ code: 0 });

      const server = user.paste(`${manager.start} --demo`);
      const shown = await server.untilSays(/Base URL +(\S+)[^]*?API key +(\S+)[^]*is ready/);
      const [, baseURL = "", apiKey = ""] = shown;
      const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
      const messages = [{ role: "user" as const, content: "Hello" }];
      const answer = await client.chat.completions.create({ model: "claude-code", messages });
      expect(answer.choices[0]?.message.content).toContain("Hello");
      // A schema is compiled in a process of its own, which starts from another file of the package.
      const schema = { type: "object", properties: { word: { type: "string" } }, required: ["word"] };
      const formed = await client.chat.completions.create({
        model: "sonnet",
        messages,
        response_format: { type: "json_schema", json_schema: { name: "word", schema } },
      });
      expect(JSON.parse(formed.choices[0]?.message.content ?? "")).toHaveProperty("word");
      server.stop();
      await server.ended;
      expect(server.said()).not.toMatch(/warn|error/i);
    },
  );
});

/** Somebody with an empty folder, the programs on the PATH, and a home of their own. */
async function makeUser({ programs }: PackageManager, mirror: Mirror) {
  const folder = await makeFolder();
  const project = join(folder, "project");
  mkdirSync(project);
  mkdirSync(join(folder, "bin"));
  for (const [name, file] of Object.entries(programs)) copyFileSync(file, join(folder, "bin", name));
  const path = join(folder, "turnpike.tgz");
  copyFileSync(tarball.path, path);
  giveToOtherUser(folder);
  const environment = {
    PATH: [join(folder, "bin"), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
    HOME: folder,
    TARBALL: path,
    TURNPIKE_PORT: "0",
    // Into a pipe the log would come as JSON.
    TURNPIKE_LOG_FILE: join(folder, "log.jsonl"),
    npm_config_registry: mirror.url,
    npm_config_update_notifier: "false",
    YARN_NPM_REGISTRY_SERVER: mirror.url,
    YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
    YARN_ENABLE_TELEMETRY: "0",
    BUN_CONFIG_REGISTRY: mirror.url,
  };
  return { paste: (line: string) => paste(line, project, environment) };
}

/** A line in a shell; what it has started ends with the test. */
function paste(line: string, folder: string, environment: Readonly<Record<string, string>>) {
  const child = spawn("sh", ["-c", line], {
    ...OTHER_USER,
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  }
  // Not before its children have closed their output, too.
  const ended = once(child, "close").then(([code]) => Number(code));
  const stop = () => {
    try {
      // Its group: the package manager, its shell and the server.
      process.kill(-(child.pid ?? 0), "SIGTERM");
    } catch {
      // It has ended.
    }
  };
  onTestFinished(async () => {
    stop();
    await ended;
  });
  return {
    said: () => said,
    ended,
    stop,
    /** Resolves when it says this; rejects when it ends before. */
    async untilSays(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const found = pattern.exec(said);
        if (found) return found;
        if (child.exitCode !== null) throw new Error(`It ended: ${said}`);
        await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), ended]);
      }
    },
  };
}
