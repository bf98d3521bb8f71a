import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { beforeEach, expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { readTrustFile, trustFile } from "../../config/trust/trust-file.ts";
import { runProgram } from "../turnpike.ts";
import { waitFor } from "../../../test/wait-for.ts";

let folder: string;
let fake: FakeContext;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  fake = new FakeContext(join(folder, "home"));
  for (const path of ["home", "repository/sub", "repository/.claude"]) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  symlinkSync("repository", join(folder, "link"));
});

const run = (...args: string[]) =>
  runProgram(
    [...args, "--data-dir", join(folder, "data"), "--workspace", join(folder, "repository")],
    fake.context,
  );
const trusted = () => readTrustFile(join(folder, "data"));
const lastObject = () => JSON.parse(fake.printed.at(-1) ?? "");
const said = () => [...fake.printed, ...fake.errors].join("\n");

test("a folder is trusted by its real path, shown, and trusted no longer", async () => {
  expect(await run("trust", "../link/")).toBe(0);
  expect(trusted().trusted).toEqual([join(folder, "repository")]);
  expect(await run("trust")).toBe(0);
  expect(fake.printed.at(-1)).toBe(join(folder, "repository"));
  expect(await run("trust", "--remove", join(folder, "repository"))).toBe(0);
  expect(await run("trust")).toBe(0);
  expect([trusted().trusted, fake.printed.at(-1)]).toEqual([[], "No folder is trusted."]);
});

test("for programs: an object for each, and for what cannot be done", async () => {
  const repository = join(folder, "repository");
  expect(await run("trust", repository, "--json")).toBe(0);
  expect(lastObject()).toMatchObject({ folder: repository, trusted: true, untrusted_above: null });
  expect(await run("trust", "--json")).toBe(0);
  expect(lastObject()).toEqual({ object: "list", data: [{ folder: repository, is_configured: false }] });
  expect(await run("trust", "--remove", repository, "--json")).toBe(0);
  expect(lastObject()).toMatchObject({ folder: repository, trusted: false });
  expect(await run("trust", "--remove", repository, "--json")).toBe(1);
  expect(lastObject()).toEqual({ error: { message: `${repository} was not trusted.` } });
  expect(await run("trust", "gone", "--json")).toBe(1);
  expect(lastObject()).toMatchObject({ error: { code: "settings" } });
});

test.skipIf(process.platform === "win32")("a list that is a link stays one", async () => {
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  symlinkSync(join(folder, "list.json"), trustFile(join(folder, "data")));
  for (const path of ["repository", "home"]) expect(await run("trust", join(folder, path))).toBe(0);
  expect(lstatSync(trustFile(join(folder, "data"))).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(join(folder, "list.json"), "utf8")).trusted).toHaveLength(2);
});

test("a folder below one with settings of its own is told what else it takes", async () => {
  expect(await run("trust", join(folder, "repository/sub"))).toBe(0);
  const data = join(folder, "data");
  expect(said()).toContain(`turnpike trust ${join(folder, "repository")} --data-dir ${data}`);
});

test("what is still trusted otherwise is not said to be trusted no longer", async () => {
  await run("trust", join(folder, "repository"));
  await run("trust", join(folder, "repository/sub"));
  expect(await run("trust", "--remove", join(folder, "repository/sub"))).toBe(1);
  expect(said()).toContain(`still trusted, for ${join(folder, "repository")} is.`);
  await run("trust", "--remove", join(folder, "repository"));
  expect(await run("trust", "--remove", join(folder, "repository"), "--trusted-folder", folder)).toBe(1);
  expect(said()).toContain(`for ${folder} is (trustedFolders in the settings)`);
});

test.each([
  ["a folder that is not there", ["trust", "nowhere"], /There is no folder .*nowhere/],
  ["no folder to take out", ["trust", "--remove"], /Name the folder/],
  ["one that was not in", ["trust", "--remove", "/"], /\/ was not trusted/],
])("refused: %s", async (_, args, message) => {
  expect(await run(...args)).toBe(1);
  expect(said()).toMatch(message);
});

test("a list that cannot be read is not overwritten", async () => {
  mkdirSync(join(folder, "data"));
  writeFileSync(trustFile(join(folder, "data")), "{");
  expect([await run("trust"), await run("trust", folder)]).toEqual([1, 1]);
  expect(said()).toMatch(/cannot be read[^]*cannot be changed/);
});

test("the home folder is trusted with a warning", async () => {
  expect(await run("trust", folder)).toBe(0);
  expect(said()).toContain("Warning: your home folder lies in it");
});

/** Starts a server until it is ready, with what the person types when asked. */
async function start(answer?: string): Promise<void> {
  const exitCode = run("serve");
  if (answer !== undefined) {
    await waitFor(() => expect(fake.errors.join("\n")).toContain("Do you trust this folder?"));
    fake.typed?.push(answer);
  }
  await waitFor(() => expect(fake.printed.join("\n")).toContain("is ready"));
  fake.events.emit("SIGINT");
  await exitCode;
}

const NOTE = /Trust +\S+\/repository\n.*\(\.claude\) are not used/;

test("without a person a start asks nothing, and says what is not used", async () => {
  await start();
  expect([fake.errors.join("\n").includes("Do you trust"), fake.started.length]).toEqual([false, 1]);
  expect(said()).toMatch(NOTE);
  expect(said()).toContain(`turnpike trust ${join(folder, "repository")} --data-dir ${join(folder, "data")}`);
});

test.each(["", "n", "yes please", "what?"])(
  "a person who says %j does not trust, and is not asked again",
  async (answer) => {
    fake.isInteractive = true;
    await start(answer);
    expect(trusted()).toEqual({ trusted: [], declined: [join(folder, "repository")] });
    expect(said()).toMatch(NOTE);
    fake.errors.length = 0;
    fake.printed.length = 0;
    await start();
    expect(said()).not.toContain("Do you trust");
    expect(said()).toMatch(NOTE);
  },
);

test.each(["y", " YES "])(
  "a person who says %j trusts the folder before the server starts",
  async (answer) => {
    fake.isInteractive = true;
    let atStart: unknown;
    fake.onStart = async () => void (atStart = trusted().trusted);
    await start(answer);
    expect([atStart, NOTE.test(said())]).toEqual([[join(folder, "repository")], false]);
  },
);

test("a keyboard that belongs to another program, and one that is closed, hold nothing up", async () => {
  fake.isInteractive = true;
  fake.hasKeyboard = false;
  await start();
  fake.hasKeyboard = true;
  const exitCode = run("serve");
  await waitFor(() => expect(said()).toContain("Do you trust"));
  fake.typed?.close();
  await waitFor(() => expect(fake.started).toHaveLength(2));
  await waitFor(() => expect(fake.printed.join("\n").match(/is ready/g)).toHaveLength(2));
  fake.events.emit("SIGINT");
  await exitCode;
  expect(trusted()).toEqual({ trusted: [], declined: [] });
});

test("a signal ends the question", async () => {
  fake.isInteractive = true;
  const exitCode = run("serve");
  await waitFor(() => expect(said()).toContain("Do you trust"));
  fake.events.emit("SIGTERM");
  expect(await exitCode).toBe(0);
  expect(trusted()).toEqual({ trusted: [], declined: [] });
});
