import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";
import { parse } from "yaml";

import { ConnectingPerson } from "../../../test/cli/connecting-person.ts";
import { servedModel, serveModels } from "../../../test/cli/serve-models.ts";

const [LOCAL_KEY, OTHER_KEY] = ["tp-the-key-of-this-machine", "tp-the-key-of-another-server"];

/** Where nobody answers. */
const HERE = ["--yes", "--url", "http://127.0.0.1:9"];
const OTHER = ["--yes", "--url", "http://127.0.0.1:10", "--key", OTHER_KEY];

let person: ConnectingPerson;
beforeEach(() => {
  person = new ConnectingPerson(LOCAL_KEY);
});

const json = (name: string) => JSON.parse(person.read(name));

const CLAUDE_FILE = ".claude/turnpike.settings.json";

test("Claude Code: after another server, only that one's key is there, in both orders", async () => {
  const helper = `cat ${join(person.home, ".local/share/turnpike/api-key")}`;
  const expectLocal = () => {
    expect(json(CLAUDE_FILE).apiKeyHelper).toBe(helper);
    expect(json(CLAUDE_FILE).env).toMatchObject({ ANTHROPIC_AUTH_TOKEN: "", ANTHROPIC_API_KEY: "" });
  };
  expect(await person.connect("claude-code", ...HERE)).toBe(0);
  expectLocal();
  expect(await person.connect("claude-code", ...OTHER)).toBe(0);
  expect(json(CLAUDE_FILE)).not.toHaveProperty("apiKeyHelper");
  expect(json(CLAUDE_FILE).env).toMatchObject({
    ANTHROPIC_BASE_URL: "http://127.0.0.1:10",
    ANTHROPIC_AUTH_TOKEN: OTHER_KEY,
  });
  expect(await person.connect("claude-code", ...HERE)).toBe(0);
  expect(person.shown).not.toContain(OTHER_KEY);
  expectLocal();
  expect(person.read(CLAUDE_FILE)).not.toContain(OTHER_KEY);
});

test.each([
  ["apiKeyHelper", '{ "apiKeyHelper": "/usr/local/bin/my-key --of work" }\n'],
  ["env.ANTHROPIC_API_KEY", '{ "env": { "ANTHROPIC_API_KEY": "sk-ant-mine" } }\n'],
])("Claude Code: a person's own %s stays, and the server is not sent its key", async (name, own) => {
  person.write(CLAUDE_FILE, own);
  for (const flags of [HERE, OTHER]) {
    expect(await person.connect("claude-code", ...flags)).toBe(1);
    expect(person.shown).toContain(`is left as it is: its ${name} is your own`);
    expect(person.read(CLAUDE_FILE)).toBe(own);
  }
});

/** Where each client keeps the models of ours, in this order, and how a person adds a temperature to one. */
const MODEL_LISTS = [
  {
    client: "zed",
    file: ".config/zed/settings.json",
    list: () => json(".config/zed/settings.json").language_models.openai_compatible.Turnpike.available_models,
    idOf: ({ name }: Named) => name,
    after: '"name": "opus",',
    added: '"temperature": 0.5,',
  },
  {
    client: "opencode",
    file: ".config/opencode/opencode.json",
    list: () =>
      Object.entries(json(".config/opencode/opencode.json").provider.turnpike.models).map(([id, one]) =>
        Object.assign({ id }, one),
      ),
    idOf: ({ id }: Named) => id,
    after: '"name": "opus",',
    added: '"temperature": 0.5,',
  },
  {
    client: "qwen",
    file: ".qwen/settings.json",
    list: () => json(".qwen/settings.json").modelProviders.openai,
    idOf: ({ id }: Named) => id,
    after: '"id": "opus",',
    added: '"temperature": 0.5,',
  },
  {
    client: "continue",
    file: ".continue/config.yaml",
    list: () => parse(person.read(".continue/config.yaml")).models,
    idOf: ({ model }: Named) => model,
    after: "model: opus",
    added: "\n    temperature: 0.5",
  },
] as const;
interface Named {
  readonly name?: string;
  readonly id?: string;
  readonly model?: string;
}

test.each(MODEL_LISTS)(
  "$client: another server's models take the place of the earlier one's, with what was added to one",
  async ({ client, file, list, idOf, after, added }) => {
    const first = await serveModels(
      [servedModel("sonnet"), servedModel("opus"), servedModel("old")],
      OTHER_KEY,
    );
    const flags = ["--yes", "--key", OTHER_KEY];
    expect(await person.connect(client, ...flags, "--url", first.url)).toBe(0);
    expect(list().map(idOf)).toEqual(["sonnet", "opus", "old"]);
    person.write(file, person.read(file).replace(after, after + added));
    const second = await serveModels(
      [servedModel("sonnet"), servedModel("opus"), servedModel("new")],
      OTHER_KEY,
    );
    expect(await person.connect(client, ...flags, "--url", second.url)).toBe(0);
    expect(list().map(idOf)).toEqual(["sonnet", "opus", "new"]);
    expect(list()[1]).toMatchObject({ temperature: 0.5 });
    expect(person.read(file)).not.toContain(first.url);
    expect(await person.connect(client, ...flags, "--url", second.url, "--json")).toBe(0);
    expect(JSON.parse(person.shown).files).not.toContainEqual(expect.objectContaining({ state: "changed" }));
  },
);

test("the models of a server that does not answer now stay", async () => {
  const server = ["zed", "--yes", "--url", "http://127.0.0.1:9"];
  expect(await person.connect(...server, "--model", "mine")).toBe(0);
  expect(await person.connect(...server)).toBe(0);
  expect(MODEL_LISTS[0].list().map(MODEL_LISTS[0].idOf)).toEqual(["mine", "sonnet", "opus", "haiku"]);
  expect(await person.connect("zed", ...OTHER)).toBe(0);
  expect(MODEL_LISTS[0].list().map(MODEL_LISTS[0].idOf)).toEqual(["sonnet", "opus", "haiku"]);
});
