import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";
import { parse } from "yaml";

import { ConnectingPerson } from "../../../test/cli/connecting-person.ts";

const KEY = "tp-a-key-that-nobody-may-see";

/** Where nobody answers. */
const HERE = ["--yes", "--url", "http://127.0.0.1:9"];

let person: ConnectingPerson;
beforeEach(() => {
  person = new ConnectingPerson(KEY);
});

test("Qwen Code: a person's model of the same name stays, and ours is the one that is chosen", async () => {
  const own = { id: "sonnet", name: "Mine", baseUrl: "https://models.example/v1", envKey: "MY_KEY" };
  person.write(".qwen/settings.json", JSON.stringify({ modelProviders: { openai: [own] } }));
  expect(await person.connect("qwen", ...HERE, "--no-default")).toBe(0);
  expect(JSON.parse(person.read(".qwen/settings.json"))).not.toHaveProperty("model");
  expect(await person.connect("qwen", ...HERE)).toBe(0);
  const { modelProviders, model } = JSON.parse(person.read(".qwen/settings.json"));
  expect(modelProviders.openai[0]).toEqual(own);
  expect(modelProviders.openai[1]).toMatchObject({ id: "sonnet", baseUrl: "http://127.0.0.1:9/v1" });
  expect(model).toEqual({ name: "sonnet", baseUrl: "http://127.0.0.1:9/v1" });
});

test("Continue: a person's model of the same name stays, as does one with the same key that has another", async () => {
  const own = [
    "  - name: sonnet (Turnpike)\n    provider: openai\n    model: s\n    apiBase: https://models.example/v1\n    apiKey: k\n",
    "  - name: My agent\n    provider: openai\n    model: agent\n    apiBase: http://127.0.0.1:8/v1\n    apiKey: ${{ secrets.TURNPIKE_API_KEY }}\n",
  ].join("");
  person.write(".continue/config.yaml", `name: x\nversion: 1.0.0\nschema: v1\nmodels:\n${own}`);
  expect(await person.connect("continue", ...HERE, "--no-default")).toBe(0);
  const text = person.read(".continue/config.yaml");
  expect(text).toContain(`models:\n${own}  - name: sonnet (Turnpike)\n`);
  expect(parse(text).models).toHaveLength(5);
});

const endpoint = (url: string, key: string) =>
  `version: 1.3.0\nendpoints:\n  custom:\n    - name: Turnpike\n      baseURL: ${url}\n      apiKey: ${key}\n`;

test("LibreChat: a person's endpoint of the same name stays, and is told; ours goes to another server", async () => {
  const own = endpoint("https://models.example/v1", "mine");
  person.write("librechat.yaml", own);
  expect(await person.connect("librechat", ...HERE)).toBe(1);
  expect(person.shown).toMatch(/is left as it is: it has an endpoint "Turnpike" of your own/);
  expect(person.read("librechat.yaml")).toBe(own);
  person.write("librechat.yaml", endpoint("http://127.0.0.1:8/v1", '"${TURNPIKE_API_KEY}"'));
  expect(await person.connect("librechat", ...HERE)).toBe(0);
  expect(parse(person.read("librechat.yaml")).endpoints.custom).toMatchObject([
    { baseURL: "http://127.0.0.1:9/v1" },
  ]);
});

test("aider: what a person says of a model of the same name stays, and is told", async () => {
  const own = { max_input_tokens: 5, litellm_provider: "openai", mode: "chat", input_cost_per_token: 1 };
  person.write(".aider.model.metadata.json", JSON.stringify({ "openai/sonnet": own }));
  expect(await person.connect("aider", ...HERE)).toBe(0);
  const metadata = JSON.parse(person.read(".aider.model.metadata.json"));
  expect(metadata["openai/sonnet"]).toEqual(own);
  expect(metadata["openai/opus"]).toMatchObject({ mode: "chat", input_cost_per_token: 0 });
  expect(person.shown).toMatch(/Warning: openai\/sonnet in it is your own and stays as it is/);
});

test("aider: --no-default leaves its own model with its own key", async () => {
  const own = "model: gpt-5\nopenai-api-key: sk-real-openai\n";
  person.write(".aider.conf.yml", own);
  expect(await person.connect("aider", ...HERE, "--no-default")).toBe(0);
  expect(person.read(".aider.conf.yml")).toBe(own);
  expect(parse(person.read(".aider.turnpike.conf.yml"))).toEqual({
    model: "openai/sonnet",
    "weak-model": "openai/haiku",
    "openai-api-base": "http://127.0.0.1:9/v1",
    "openai-api-key": KEY,
  });
  expect(person.shown).toContain(`aider --config ${join(person.home, ".aider.turnpike.conf.yml")}`);

  const file = ["--no-default", "--file", ".aider.conf.yml"];
  expect(await person.connect("aider", ...HERE, ...file)).toBe(1);
  expect(person.shown).toMatch(/is left as it is: its openai-api-key is another/);
  expect(person.read(".aider.conf.yml")).toBe(own);
  person.write("free.yml", "model: anthropic/best\n");
  expect(await person.connect("aider", ...HERE, "--no-default", "--file", "free.yml")).toBe(0);
  expect(person.read("free.yml")).toMatch(/^model: anthropic\/best\nopenai-api-base: /);
  expect(person.shown).toContain(`--config ${join(person.home, "free.yml")} --model openai/sonnet`);
});

test("Codex: a profile that stands before ours is told, each time", async () => {
  person.write(
    ".codex/config.toml",
    'profile = "work"\n\n[profiles.work]\nmodel = "gpt-5"\nmodel_provider = "other"\n',
  );
  for (const state of ["changed", "unchanged"]) {
    expect(await person.connect("codex", ...HERE, "--json")).toBe(0);
    const { files, warnings } = JSON.parse(person.shown);
    expect(files).toMatchObject([{ state }]);
    expect(warnings).toEqual([expect.stringMatching(/^profile = "work" in it: .* Take the line out\.$/)]);
  }
  expect(await person.connect("codex", ...HERE)).toBe(0);
  expect(person.shown).toMatch(/Warning: profile = "work" in it/);
});

test("Codex: a command of a person's own for the key stays, and is told", async () => {
  const own =
    '[model_providers.turnpike]\nname = "Mine"\n\n[model_providers.turnpike.auth]\ncommand = "my-key"\n';
  person.write(".codex/config.toml", own);
  expect(await person.connect("codex", ...HERE)).toBe(1);
  expect(person.shown).toMatch(/is left as it is: its model_providers\.turnpike\.auth is your own/);
  expect(person.read(".codex/config.toml")).toBe(own);
});

test("opencode: a provider that is switched off is switched on, and the others stay so", async () => {
  person.write(
    ".config/opencode/opencode.jsonc",
    '{\n  "disabled_providers": ["turnpike", "xai"],\n  "enabled_providers": [\n    "groq" // fast\n  ]\n}\n',
  );
  expect(await person.connect("opencode", ...HERE)).toBe(0);
  expect(person.read(".config/opencode/opencode.jsonc")).toMatch(
    /^\{\n {2}"disabled_providers": \["xai"\],\n {2}"enabled_providers": \[\n {4}"groq", \/\/ fast\n {4}"turnpike"\n {2}\],\n/,
  );
});

test.each([
  ["claude-code", "my.json", /^claude --settings \S+\/my\.json$/m, /^The key: /m],
  ["claude-code", ".claude/settings.json", /^claude --settings \S+$/m, /the one behind the server too/],
  ["aider", "my.yml", /^aider --config \S+\/my\.yml$/m, /^The key: It is in \S+\/my\.yml/m],
  ["codex", "project/.codex/config.toml", /^export CODEX_HOME=\S+\/project\/\.codex\ncodex$/m, /^The key: /m],
  ["codex", ".codex/work.config.toml", /^codex --profile work$/m, /^The key: /m],
  ["codex", "my.toml", /^export CODEX_HOME=/m, /and no file of this name/],
  ["opencode", "my.json", /^export OPENCODE_CONFIG=\S+\/my\.json\nopencode$/m, /^The key: /m],
  ["opencode", "opencode.json", /^opencode$/m, /^The key: /m],
  ["qwen", "my.json", /^export QWEN_CODE_SYSTEM_SETTINGS_PATH=\S+\/my\.json\nqwen$/m, /^The key: /m],
  ["qwen", ".qwen/settings.json", /^qwen$/m, /^The key: /m],
  ["continue", "my.yaml", /^cn --config \S+\/my\.yaml$/m, /^The key: /m],
  ["zed", "my.json", /^zed$/m, /^Zed reads \S+\/zed\/settings\.json only/m],
  ["librechat", "my.yaml", /^Without Docker, add to it CONFIG_PATH=\S+\/my\.yaml/m, /mount \S+\/my\.yaml as/],
])(
  "%s with --file %s: how it is started, and what is said, is of that file",
  async (client, file, start, said) => {
    expect(await person.connect(client, ...HERE, "--file", file)).toBe(0);
    expect(person.read(file)).toContain("http://127.0.0.1:9");
    expect(person.shown).toMatch(start);
    expect(person.shown).toMatch(said);
    if (["opencode.json", ".qwen/settings.json"].includes(file))
      expect(person.shown).not.toContain("export ");
  },
);

test("--file is refused where there is none to write", async () => {
  expect(await person.connect("cline", ...HERE, "--file", "x")).toBe(1);
  expect(person.shown).toMatch(/^--file: Cline has no file of settings/);
});
