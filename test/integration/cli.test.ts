import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, onTestFinished, test } from "vitest";

import { canFindProcesses, waitForProcesses } from "./find-processes.ts";
import { readEvents, textOf } from "./read-events.ts";
import { runTurnpike } from "./run-turnpike.ts";
import { makeFolder } from "./start-turnpike.ts";

const run = promisify(execFile);

test("--help teaches every setting, and --version says which this is", async () => {
  const folder = await makeFolder();
  const help = runTurnpike(["--help"], { folder });
  expect(await help.finished).toMatchObject({ code: 0 });
  for (const flag of [
    "--host --port --api-key --no-auth --data-dir --workspace --model --max-sessions --max-turns-at-once",
    "--queue --idle-timeout --turn-timeout --log-level --log-file --database-url --demo",
  ].flatMap((line) => line.split(" "))) {
    expect(help.stdout).toContain(`${flag} `);
  }
  expect(help.stdout).toContain("curl http://127.0.0.1:4141/v1/chat/completions");
  expect(help.stderr).toBe("");
  const version = runTurnpike(["--version"], { folder });
  expect(await version.finished).toMatchObject({ code: 0 });
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.skipIf(process.platform !== "linux")(
  "keys and passwords of its command line are not to be read by the machine's other programs",
  async () => {
    const folder = await makeFolder();
    const flags = [
      "--port",
      "0",
      "--api-key",
      "tp-key-on-a-line",
      "--approver-key",
      "ap-key-on-a-line",
      "--demo",
    ];
    const server = runTurnpike([], { folder, flags });
    await server.untilSays(/is listening/);
    const commandLine = await readFile(`/proc/${server.processId}/cmdline`, "utf8");
    expect(commandLine.replaceAll("\0", "")).toBe("turnpike");
    server.kill("SIGTERM");
    await server.finished;
  },
);

test("config show names the origin of each value and masks secrets", async () => {
  const folder = await makeFolder();
  const file = join(folder, "config.yaml");
  await writeFile(file, "turns: {queue: 7}\nserver: {port: 5001}\n");
  const shown = runTurnpike(["config", "show", "--json", "--config", file, "--max-sessions", "3"], {
    folder,
    environment: {
      TURNPIKE_API_KEY: "tp-a-very-secret-key-indeed",
      TURNPIKE_DATABASE_URL: "postgres://me:hidden-password@db.example/turnpike",
      TURNPIKE_PORT: "5002",
    },
  });
  expect(await shown.finished).toMatchObject({ code: 0 });
  expect(JSON.parse(shown.stdout)).toMatchObject({
    "sessions.maxSessions": { value: "3", origin: "--max-sessions" },
    "server.port": { value: "5002", origin: "TURNPIKE_PORT" },
    "turns.queue": { value: "7", origin: expect.stringContaining("config.yaml") },
    "server.host": { value: "127.0.0.1", origin: "default" },
  });
  expect(shown.stdout).not.toMatch(/very-secret|hidden-password/);
});

test.each([
  { name: "an unknown flag", args: ["--prot", "1"], says: /unknown option '--prot'[^]*--port[^]*--help/ },
  { name: "a value that is none", args: ["--port", "eighty"], says: /--port[^]*whole number/ },
  { name: "an unknown command", args: ["sevre"], says: /unknown command 'sevre'/ },
  { name: "no auth beyond loopback", args: ["--no-auth", "--host", "0.0.0.0"], says: /no-?auth/i },
])("$name is refused in plain words", async ({ args, says }) => {
  const program = runTurnpike(args, { folder: await makeFolder() });
  const { code } = await program.finished;
  expect(code).toBeGreaterThan(0);
  expect(program.stderr).toMatch(says);
  expect(program.stderr).not.toMatch(/\bat \S+:\d+/);
});

test("a port that is taken: says by whom, and which flag helps", async () => {
  const blocker = createServer();
  const port = await new Promise<number>((resolve) => {
    blocker.listen(0, "127.0.0.1", () => {
      const address = blocker.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  onTestFinished(() => void blocker.close());
  const program = runTurnpike(["--demo", "--port", String(port)], { folder: await makeFolder() });
  expect(await program.finished).toMatchObject({ code: 1 });
  expect(program.stderr).toContain(`Port ${port} on 127.0.0.1 is taken by`);
  if (process.platform === "linux") expect(program.stderr).toContain(`process ${process.pid}`);
  expect(program.stderr).toContain("Choose another with --port");
});

test("a second server on the same data is refused", async () => {
  const folder = await makeFolder();
  const first = runTurnpike(["--demo", "--port", "0"], { folder });
  await first.untilSays(/Base URL/);
  const second = runTurnpike(["--demo", "--port", "0"], { folder });
  expect(await second.finished).toMatchObject({ code: 1 });
  expect(second.stderr).toContain(`in use by another Turnpike (process ${first.processId})`);
});

test("a server without credentials says in the terminal what is missing", async () => {
  const program = runTurnpike(["--port", "0"], { folder: await makeFolder() });
  await program.untilSays(/Claude Code cannot answer yet\..*not logged in.*ANTHROPIC_API_KEY.*--demo/);
  program.kill("SIGTERM");
  expect(await program.finished).toMatchObject({ code: 0 });
});

/** Counts who wants to get out through it, and lets nobody. */
async function startProxy() {
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  // Proof for the cast: it listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const environment = Object.fromEntries(
    ["HTTP_PROXY", "https_proxy", "ALL_PROXY"].map((name) => [name, url]),
  );
  return { environment, asked: () => asked };
}

test("doctor asks nobody outside of this machine", async () => {
  const { environment, asked } = await startProxy();
  const doctor = runTurnpike(["doctor"], { folder: await makeFolder(), environment });
  await doctor.finished;
  expect(doctor.stdout).toMatch(/Claude Code is not logged in/);
  expect(asked()).toBe(0);
});

describe("--demo", () => {
  test("prints what to paste, and that works, for both profiles, streaming or not", async () => {
    const folder = await makeFolder();
    // As behind a company's proxy, which knows nothing of this machine.
    const { environment, asked } = await startProxy();
    const program = runTurnpike(["--demo", "--port", "0"], { folder, environment });
    await program.untilSays(/Claude Code is ready/);
    const [, commands = ""] = /any OpenAI client:\n\n([^]*?)\n\n/.exec(program.stdout) ?? [];
    const { stdout } = await run("sh", ["-c", commands], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { content: expect.stringContaining("Hello") }, finish_reason: "stop" }],
    });

    const [, url = ""] = /Base URL +(\S+)/.exec(program.stdout) ?? [];
    const [, key = ""] = /API key +(tp-\S+)/.exec(program.stdout) ?? [];
    for (const model of ["claude-code", "sonnet"]) {
      const response = await fetch(`${url}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
        body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }], stream: true }),
      });
      const events = await readEvents(response);
      expect(events.length).toBeGreaterThan(4);
      expect(textOf(events)).toContain("Hello");
      expect(events.at(-1)).toBe("[DONE]");
    }
    expect(asked()).toBe(0);
  });
});

const SYSTEM_NODE = "/usr/bin/node";
const isOld =
  existsSync(SYSTEM_NODE) && /^v(1\d|20|21)\./.test((await run(SYSTEM_NODE, ["--version"])).stdout);

test.runIf(isOld)("a Node that is too old gets one line with the command that works", async () => {
  const program = runTurnpike(["--help"], { folder: await makeFolder() }, SYSTEM_NODE);
  expect(await program.finished).toMatchObject({ code: 1 });
  expect(program.stderr.trim().split("\n")).toHaveLength(1);
  expect(program.stderr).toMatch(/needs Node 22\.18 or newer.*`npm start` in Turnpike's folder/);
});

test.runIf(process.platform !== "win32")(
  "npm start passes flags on, whatever Node the machine has",
  async () => {
    const folder = await makeFolder();
    const flags = ["--demo", "--port", "0", "--data-dir", join(folder, "data"), "--workspace", folder];
    const child = spawn("npm", ["start", "--", ...flags], {
      cwd: join(import.meta.dirname, "..", ".."),
      env: { PATH: pathWithoutOurNode(), HOME: folder },
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const ended = once(child, "exit");
    onTestFinished(async () => {
      // Its group: npm, its shell and the server.
      if (child.exitCode === null) process.kill(-(child.pid ?? 0), "SIGTERM");
      await ended;
      // npm does not wait for its child.
      if (canFindProcesses) await waitForProcesses(folder, (found) => found.length === 0);
    });
    let output = "";
    for await (const piece of child.stdout.setEncoding("utf8")) {
      output += String(piece);
      if (output.includes("Claude Code is ready")) break;
    }
    expect(output).toContain("Paste into a shell");
  },
);

/** The package manager that runs the tests puts the project's own Node first. */
function pathWithoutOurNode(): string {
  return (process.env["PATH"] ?? "")
    .split(":")
    .filter((folder) => !folder.includes("node_modules"))
    .join(":");
}

test.skipIf(process.platform === "win32")(
  "a named pipe that nobody reads or writes is told of, not waited for; one that is written is read",
  async () => {
    const folder = await makeFolder();
    const pipe = join(folder, "pipe");
    await run("mkfifo", [pipe]);
    for (const [flag, words] of [
      ["--log-file", "is a pipe that nobody reads"],
      ["--config", "is a pipe that nobody writes into"],
    ] as const) {
      const server = runTurnpike(["--port", "0", "--demo"], { folder, flags: [flag, pipe] });
      expect(await server.finished).toMatchObject({ code: 1 });
      expect(server.stderr).toContain(`${pipe} ${words}`);
    }
    const writer = run("sh", ["-c", `echo "server: { port: 70000 }" > ${pipe}`]);
    const server = runTurnpike(["--demo"], { folder, flags: ["--config", pipe] });
    expect(await server.finished).toMatchObject({ code: 1 });
    expect(server.stderr).toContain("server.port");
    await writer;
  },
);
