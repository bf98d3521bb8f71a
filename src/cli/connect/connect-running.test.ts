import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";

import { ConnectingPerson } from "../../../test/cli/connecting-person.ts";
import { serveControl } from "../../../test/cli/serve-control.ts";
import { servedModel, serveModels } from "../../../test/cli/serve-models.ts";

const KEY = "tp-a-key-that-nobody-may-see";

let person: ConnectingPerson;
beforeEach(() => {
  person = new ConnectingPerson(KEY);
});

const dataDir = () => join(person.home, ".local/share/turnpike");
const serve = () => serveModels([servedModel("sonnet"), servedModel("its-own")], KEY);

test("the server that runs is found, wherever it listens", async () => {
  const { url, keys } = await serve();
  await serveControl(dataDir(), { url, keeps_port: true });
  expect(await person.connect("codex", "--print")).toBe(0);
  expect(person.shown).toContain(`base_url = "${url}/v1"`);
  expect(keys).toEqual([`Bearer ${KEY}`]);
  expect(person.shown).not.toContain("Warning");
  expect(await person.connect("codex", "--json", "--yes", "--model", "its-own")).toBe(0);
  expect(JSON.parse(person.shown)).toMatchObject({ url, server: "models", models: ["sonnet", "its-own"] });
});

test("an address that is typed counts for more", async () => {
  const [{ url, keys }, { port: typed }] = [await serve(), await serve()];
  await serveControl(dataDir(), { url, keeps_port: true });
  for (const flags of [
    ["--port", String(typed)],
    ["--url", `http://127.0.0.1:${typed}`],
  ]) {
    expect(await person.connect("codex", "--print", ...flags)).toBe(0);
    expect(person.shown).toContain(`base_url = "http://127.0.0.1:${typed}/v1"`);
  }
  expect(keys).toEqual([]);
});

test.each(["none", "one that fails"])(
  "who holds the port of the settings is not sent this machine's key: its server is %s",
  async (what) => {
    if (what !== "none") await serveControl(dataDir(), { error: { message: "It failed." } }, 500);
    const { port, keys } = await serve();
    person.fake.environment = { TURNPIKE_PORT: String(port) };
    expect(await person.connect("codex", "--print", "--model", "whatever")).toBe(0);
    expect(keys).toEqual([undefined]);
    expect(person.shown).toMatch(/Warning: What answers there is not the server of this data folder/);
    expect(person.shown).toContain('model = "whatever"');
    expect(await person.connect("codex", "--print", "--key", KEY)).toBe(0);
    expect(keys).toEqual([undefined, `Bearer ${KEY}`]);
  },
);

test("a port that the system chose is not written, such as a chat's, unless the settings leave it to the system", async () => {
  const { url, keys } = await serve();
  await serveControl(dataDir(), { url, keeps_port: false });
  person.fake.environment = { TURNPIKE_PORT: "9" };
  expect(await person.connect("codex", "--print")).toBe(0);
  expect(person.shown).toContain('base_url = "http://127.0.0.1:9/v1"');
  expect(person.shown).toMatch(/Warning: It does not answer now/);
  expect(keys).toEqual([]);
  person.fake.environment = { TURNPIKE_PORT: "0" };
  expect(await person.connect("codex", "--print")).toBe(0);
  expect(person.shown).toContain(`base_url = "${url}/v1"`);
  expect(person.shown).toMatch(/Warning: The system chose its port/);
});
