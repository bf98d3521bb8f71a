import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { startUpstream } from "../upstream/start-upstream.ts";
import { copyCheckout } from "./copy-checkout.ts";
import { canFindProcesses, waitForProcesses } from "./find-processes.ts";
import { makeFolder } from "./start-turnpike.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const INSTALL_MS = 400_000;

const run = promisify(execFile);

const npmSetting = async (name: string) => (await run("npm", ["config", "get", name])).stdout.trim();

/** What a newcomer has got after `git clone`, and the environment of the terminal. */
async function cloneForNewcomer() {
  const folder = await makeFolder();
  const clone = join(folder, "turnpike");
  await copyCheckout(clone);
  mkdirSync(join(folder, "my-project"));
  const environment = {
    PATH: pathWithoutOurNode(),
    HOME: folder,
    TURNPIKE_PORT: "0",
    // Into a pipe the log would come as JSON.
    TURNPIKE_LOG_FILE: join(folder, "log.jsonl"),
    npm_config_cache: await npmSetting("cache"),
    npm_config_userconfig: await npmSetting("userconfig"),
    // npm speaks of its own next version on some days.
    npm_config_update_notifier: "false",
  };
  return { folder, clone, environment };
}

type Newcomer = Awaited<ReturnType<typeof cloneForNewcomer>>;

/** A line in a shell; what it has started ends with the test. */
function paste(line: string, { folder, clone, environment }: Newcomer, more: Record<string, string> = {}) {
  const child = spawn("sh", ["-c", line], {
    cwd: clone,
    env: { ...environment, ...more },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const shown = { stdout: "", stderr: "" };
  const ended = once(child, "exit");
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (shown.stderr += piece));
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (shown.stdout += piece));
  const stop = async () => {
    // Its group: npm, its shell and the server.
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), "SIGTERM");
    await ended;
    // npm does not wait for its child.
    if (canFindProcesses) await waitForProcesses(folder, (found) => found.length === 0);
  };
  onTestFinished(stop);
  return {
    shown,
    ended,
    stop,
    /** Resolves when it shows this; rejects when it ends before. */
    async untilShows(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const found = pattern.exec(shown.stdout);
        if (found) return found;
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`It ended: ${shown.stdout}${shown.stderr}`);
        await Promise.race([once(child.stdout, "data"), ended]);
      }
    },
  };
}

/** The package manager that runs the tests puts the project's own Node first. */
function pathWithoutOurNode(): string {
  return (process.env["PATH"] ?? "")
    .split(":")
    .filter((folder) => !folder.includes("node_modules"))
    .join(":");
}

/** The lines of the README's shell blocks, without their comments. */
function shellLines(text: string): readonly string[] {
  return [...text.matchAll(/^```sh\n([^]*?)^```/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*/, ""))
    .filter((line) => line !== "");
}

/** What builds the dashboard must not be left. */
function countInstalled(clone: string): number {
  const folders = [".", "dashboard", "runtime", "test"].map((folder) => join(clone, folder, "node_modules"));
  const cached = countFiles(join(clone, "node_modules", ".cache"));
  return folders.filter(existsSync).reduce((sum, folder) => sum + countFiles(folder), -cached);
}

function countFiles(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
    .length;
}

test.runIf(process.platform !== "win32")(
  "a newcomer pastes the README's lines into a fresh clone and gets an answer, without a warning",
  { timeout: INSTALL_MS },
  async () => {
    const newcomer = await cloneForNewcomer();
    const [first = "", second = ""] = shellLines(README);
    expect(first).toMatch(/^npm ci .*npm start -- --demo$/);
    const demo = paste(first, newcomer);
    const [, commands = ""] = await demo.untilShows(/any OpenAI client:\n\n([^]*?)\n\n[^]*is ready/);
    expect(demo.shown.stderr).toBe("");
    expect(demo.shown.stdout).not.toMatch(/warn|deprecat|vulnerab/i);
    const { stdout } = await run("sh", ["-c", commands], { cwd: newcomer.folder });
    expect(JSON.parse(stdout)).toMatchObject({
      choices: [{ message: { content: expect.stringContaining("Hello") } }],
    });
    const page = await fetch(new URL("/dashboard", /http:\/\/[\w.:]+/.exec(demo.shown.stdout)?.[0]));
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("/dashboard/assets/")]);
    await demo.stop();

    // The cache has a file for each module that the server or a command loads, of 2,000 or so each.
    expect(countFiles(join(newcomer.clone, "node_modules", ".cache"))).toBeLessThan(3_200);
    expect(countInstalled(newcomer.clone)).toBeLessThan(9_000);

    const upstream = await startUpstream();
    const own = { ANTHROPIC_BASE_URL: upstream.url, ANTHROPIC_API_KEY: "sk-ant-test-secret" };
    expect(second).toBe("npm start -- --workspace ~/my-project");
    const server = paste(second, newcomer, own);
    await server.untilShows(/Workspace +\S+\/my-project\n[^]*Claude Code is ready/);
    expect(server.shown.stderr).toBe("");
    await server.stop();

    const inText = [...README.matchAll(/`(npm start -- (?!--demo)[^`]+)`/g)].map(([, line = ""]) => line);
    expect(inText.length).toBeGreaterThan(2);
    for (const line of inText) {
      const command = paste(line, newcomer, own);
      expect([line, await command.ended]).toEqual([line, [0, null]]);
      expect(command.shown.stderr).toBe("");
    }
  },
);

test.runIf(process.platform !== "win32")(
  "who leaves out what builds the dashboard installs still less, and has none, as the server says",
  { timeout: INSTALL_MS },
  async () => {
    const newcomer = await cloneForNewcomer();
    const server = paste("npm ci --omit=dev && npm start -- --demo", newcomer);
    const [, url = ""] = await server.untilShows(/(http:\S+)\/v1\n[^]*is ready/);
    expect(server.shown.stderr).toBe("");
    expect(server.shown.stdout).toContain("Dashboard  not built");
    expect(server.shown.stdout).not.toContain("the dashboard yet");
    expect(countInstalled(newcomer.clone)).toBeLessThan(7_000);
    const page = await fetch(`${url}/dashboard`);
    expect([page.status, await page.text()]).toEqual([503, expect.stringContaining("npm ci")]);
    await server.stop();
  },
);
