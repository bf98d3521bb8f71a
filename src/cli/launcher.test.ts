import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, onTestFinished, test } from "vitest";

import { PACKAGE_VERSION } from "../config/package-version.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/turnpike.cjs", import.meta.url));

function runNode(...args: readonly string[]) {
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}

test.each(["12.22.12", "20.20.2", "22.17.9"])("Node %s is told in one line what works", (version) => {
  const { status, stdout, stderr } = runNode(
    "--eval",
    `Object.defineProperty(process, "versions", { value: { node: "${version}" } }); require(${JSON.stringify(LAUNCHER)})`,
  );
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    `Turnpike needs Node 22.18 or newer, and this is Node ${version}. \`npm start\` in Turnpike's folder brings a Node of its own.\n`,
  );
});

/** The launcher in a folder where nothing is installed, with a program that needs a package. */
function launcherAlone(program: "src/cli/turnpike.ts" | "dist/cli/turnpike.js"): string {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-launcher-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(dirname(LAUNCHER), join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"version": "0.0.1", "type": "module"}');
  mkdirSync(join(folder, dirname(program)), { recursive: true });
  writeFileSync(join(folder, program), 'import "a-package/of-ours";');
  return join(folder, "bin", "turnpike.cjs");
}

const CHECKOUT = "src/cli/turnpike.ts";
const PUBLISHED = "dist/cli/turnpike.js";

test.each([
  [CHECKOUT, "`npm ci --omit=dev` in Turnpike's folder installs what it runs on."],
  [PUBLISHED, "Please install Turnpike again."],
] as const)("with nothing installed, %s is told what helps", (program, help) => {
  expect(runNode(launcherAlone(program), "doctor")).toMatchObject({
    status: 1,
    stdout: "",
    stderr: `The package a-package is not installed. ${help}\n`,
  });
});

test.each([
  [CHECKOUT, " `npm ci --omit=dev` in Turnpike's folder installs a newer one there, for `npm start`."],
  [PUBLISHED, ""],
] as const)("on an old Node, with no other one installed, %s is told what helps", (program, help) => {
  const { status, stderr } = runNode(
    "--eval",
    `Object.defineProperty(process, "versions", { value: { node: "20.20.2" } }); require(${JSON.stringify(launcherAlone(program))})`,
  );
  expect(status).toBe(1);
  expect(stderr).toBe(`Turnpike needs Node 22.18 or newer, and this is Node 20.20.2.${help}\n`);
});

test("a Node that is new enough runs the program", () => {
  expect(runNode(LAUNCHER, "--version")).toMatchObject({
    status: 0,
    stdout: `${PACKAGE_VERSION}\n`,
    stderr: "",
  });
});

test("says at once that a server starts, and nothing beside what other commands print", () => {
  expect(runNode(LAUNCHER, "--port", "high").stdout).toBe(`Turnpike ${PACKAGE_VERSION} is starting.\n`);
  expect(runNode(LAUNCHER, "serve", "-h").stdout).toMatch(/^Turnpike: an OpenAI-compatible server/);
  expect(JSON.parse(runNode(LAUNCHER, "config", "show", "--json").stdout)).toHaveProperty("model");
});

test("neither a warning nor an error that nobody caught steers the terminal", () => {
  const begin = `process.argv.push("launcher", "config", "show"); require(${JSON.stringify(LAUNCHER)});`;
  const warned = runNode("--eval", `${begin} process.emitWarning("odd \\u001b[2J\\u202e");`);
  expect(warned).toMatchObject({ status: 0, stderr: "Warning: odd \\u001b[2J\\u202e\n" });
  const broken = runNode(
    "--eval",
    `${begin} process.nextTick(() => { throw new Error("odd \\u009b31m"); });`,
  );
  expect(broken.status).toBe(1);
  expect(broken.stderr).toMatch(/^Error: odd \\u009b31m\n {4}at /);
});

test("exit codes reach the shell", () => {
  const { status, stderr } = runNode(LAUNCHER, "--port", "high");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^--port: expected a whole number .*\n$/);
});
