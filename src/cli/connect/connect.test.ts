import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { servedModel, serveModels as startServing } from "../../../test/cli/serve-models.ts";
import { runProgram } from "../turnpike.ts";
import { CLIENTS } from "./clients.ts";
import { waitFor } from "../../../test/wait-for.ts";

const KEY = "tp-a-key-that-nobody-may-see";

let home: string;
let fake: FakeContext;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
  fake = new FakeContext(home);
  write(".local/share/turnpike/api-key", `${KEY}\n`, 0o600);
});
afterEach(() => rmSync(home, { recursive: true }));

/** Where nobody answers. */
const NOBODY = ["--url", "http://127.0.0.1:9"];

async function connect(...args: readonly string[]): Promise<number> {
  fake.printed.length = 0;
  fake.errors.length = 0;
  return runProgram(["connect", ...args], fake.context);
}

function write(name: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), content, { mode });
}

const elsewhere = (name: string) => join(home, "elsewhere", name);
const read = (name: string) => readFileSync(join(home, name), "utf8");
const modeOf = (name: string) => statSync(join(home, name)).mode & 0o777;
const shown = () => [...fake.printed, ...fake.errors].join("\n");

/** A server that has these models. */
const serveModels = async (models: readonly object[], key = KEY) => (await startServing(models, key)).url;

test("without a name it lists the clients, each with its own documentation", async () => {
  expect(await connect()).toBe(0);
  for (const { name, documentation } of CLIENTS) {
    expect(shown()).toContain(`  ${name} `);
    expect(documentation.length).toBeGreaterThan(0);
    for (const url of documentation) expect(url).toMatch(/^https:\/\//);
  }
  expect(await connect("--json")).toBe(0);
  expect(JSON.parse(fake.printed.join("\n"))).toHaveLength(CLIENTS.length);
});

test("an unknown name is told with the nearest", async () => {
  expect(await connect("codx")).toBe(1);
  expect(shown()).toMatch(/no client 'codx'. Did you mean codex\?/);
});

test.each(CLIENTS.map(({ name }) => [name]))(
  "%s: twice in a row changes nothing, and the key is where it says",
  async (name) => {
    expect(await connect(name, "--yes", ...NOBODY)).toBe(0);
    const first = shown();
    expect(first).not.toContain(KEY);
    expect(await connect(name, "--yes", "--json", ...NOBODY)).toBe(0);
    const { files } = JSON.parse(fake.printed.join("\n"));
    for (const { path, state, holdsKey } of files) {
      expect(state).toBe("unchanged");
      expect(readFileSync(path, "utf8").includes(KEY)).toBe(holdsKey);
      if (holdsKey) expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readdirSync(dirname(path)).filter((one) => one.includes("backup"))).toEqual([]);
    }
    expect(await connect(name, "--print", ...NOBODY)).toBe(0);
  },
);

test("Zed: as its pages say, beside what is there", async () => {
  write(".config/zed/settings.json", '// mine\n{\n  "theme": "One",\n  "agent": { "enabled": true },\n}\n');
  const url = await serveModels([
    servedModel("sonnet", "off", 1_000_000),
    servedModel("haiku", "off"),
    servedModel("agent", "on"),
  ]);
  expect(await connect("zed", "--yes", "--url", url)).toBe(0);
  expect(read(".config/zed/settings.json")).toBe(`// mine
{
  "theme": "One",
  "agent": { "enabled": true, "default_model": {"provider":"Turnpike","model":"sonnet"} },
  "language_models": {
    "openai_compatible": {
      "Turnpike": {
        "api_url": "${url}/v1",
        "available_models": [
          {
            "name": "sonnet",
            "max_tokens": 1000000,
            "max_output_tokens": 64000,
            "capabilities": {
              "tools": true,
              "images": true,
              "parallel_tool_calls": true
            }
          },
          {
            "name": "haiku",
            "max_tokens": 200000,
            "max_output_tokens": 64000,
            "capabilities": {
              "tools": true,
              "images": true,
              "parallel_tool_calls": true
            }
          }
        ]
      }
    }
  },
}
`);
});

test("aider: as its pages say", async () => {
  write(".aider.conf.yml", "# mine\ndark-mode: true\nmodel: gpt-5 # before\n");
  expect(await connect("aider", "--yes", ...NOBODY)).toBe(0);
  expect(read(".aider.conf.yml")).toBe(`# mine
dark-mode: true
model: openai/sonnet # before
weak-model: openai/haiku
openai-api-base: http://127.0.0.1:9/v1
openai-api-key: ${KEY}
`);
  expect(modeOf(".aider.conf.yml")).toBe(0o600);
  expect(JSON.parse(read(".aider.model.metadata.json"))["openai/sonnet"]).toMatchObject({
    max_input_tokens: 1_000_000,
    max_output_tokens: 128_000,
    litellm_provider: "openai",
  });
});

test("LibreChat: as its pages say, in the folder that it is started in", async () => {
  write(
    "librechat.yaml",
    "version: 1.3.0\nendpoints:\n  custom:\n    - name: Mistral\n      apiKey: user_provided\n",
  );
  expect(await connect("librechat", "--yes", "--model", "opus", ...NOBODY)).toBe(0);
  expect(read("librechat.yaml")).toMatch(/^version: 1.3.0\nendpoints:\n  custom:\n    - name: Mistral\n/);
  expect(parse(read("librechat.yaml")).endpoints.custom[1]).toEqual({
    name: "Turnpike",
    apiKey: "${TURNPIKE_API_KEY}",
    baseURL: "http://127.0.0.1:9/v1",
    models: { default: ["opus", "sonnet", "haiku"], fetch: true },
    titleConvo: true,
    titleModel: "haiku",
    modelDisplayLabel: "Turnpike",
  });
  expect(shown()).toContain("host.docker.internal");
});

const modelsOfContinue = () =>
  parse(read(".continue/config.yaml")).models.map(({ model: id }: { model: string }) => id);

test("Continue: its first model is its default, so another choice comes first, and what is new comes behind", async () => {
  const before = await serveModels([servedModel("sonnet", "off"), servedModel("opus", "off")]);
  expect(await connect("continue", "--yes", "--url", before)).toBe(0);
  expect(modelsOfContinue()).toEqual(["sonnet", "opus"]);
  const after = await serveModels([
    servedModel("haiku", "off"),
    servedModel("sonnet", "off"),
    servedModel("opus", "off"),
  ]);
  expect(await connect("continue", "--yes", "--url", after, "--model", "opus")).toBe(0);
  expect(modelsOfContinue()).toEqual(["opus", "sonnet", "haiku"]);
});

test.each(["cline", "roo", "open-webui", "langchain", "shell"])(
  "%s has no file: the values are told",
  async (name) => {
    expect(await connect(name, ...NOBODY)).toBe(0);
    expect(shown()).toContain("http://127.0.0.1:9/v1");
    expect(shown()).toContain(join(home, ".local/share/turnpike/api-key"));
  },
);

test.each([
  ["y", true],
  ["", true],
  ["n", false],
  ["what?", false],
])("asks at a terminal: %j", async (answer, isWritten) => {
  fake.isInteractive = true;
  const connecting = connect("codex", ...NOBODY);
  await waitFor(() => expect(fake.typed).toBeDefined());
  expect(shown()).toContain('+model_provider = "turnpike"');
  fake.typed?.push(answer);
  expect(await connecting).toBe(isWritten ? 0 : 1);
  expect(readdirSync(home).includes(".codex")).toBe(isWritten);
});

test("without a terminal nothing is written that nobody has agreed to", async () => {
  expect(await connect("codex", ...NOBODY)).toBe(1);
  expect(shown()).toContain("--yes");
  expect(await connect("codex", "--json", ...NOBODY)).toBe(1);
  expect(JSON.parse(fake.printed.join("\n")).files).toMatchObject([{ state: "new", written: false }]);
  expect(readdirSync(home)).toEqual([".local"]);
});

test.each([
  ["codex", ".codex/config.toml", "model = \n"],
  ["opencode", ".config/opencode/opencode.json", '{"a": 1,, }'],
  ["continue", ".continue/config.yaml", "models: [\n"],
  ["zed", ".config/zed/settings.json", "[]\n"],
])("%s: a file that cannot be parsed is left alone", async (name, file, content) => {
  write(file, content);
  expect(await connect(name, "--yes", ...NOBODY)).toBe(1);
  expect(shown()).toContain(`${join(home, file)} is left as it is`);
  expect(shown()).toContain(`turnpike connect ${name} --print`);
  expect(read(file)).toBe(content);
});

test("a file that is not in UTF-8 is left alone, each byte of it", async () => {
  const content = Buffer.from('author = "Ren\xe9"\n', "latin1");
  mkdirSync(join(home, ".codex"));
  writeFileSync(join(home, ".codex/config.toml"), content);
  expect(await connect("codex", "--yes", ...NOBODY)).toBe(1);
  expect(shown()).toContain(`${join(home, ".codex/config.toml")} is left as it is`);
  expect(shown()).toContain("not in UTF-8");
  expect(readFileSync(join(home, ".codex/config.toml"))).toEqual(content);
});

test("--no-default leaves the client's model, --file names another file, --model another model", async () => {
  write(".codex/config.toml", 'model = "gpt-5"\n');
  const url = await serveModels([servedModel("sonnet", "off"), servedModel("opus", "off")]);
  const flags = ["--yes", "--no-default", "--url", `${url}/v1/`];
  expect(await connect("codex", ...flags)).toBe(0);
  expect(read(".codex/config.toml")).toMatch(/^model = "gpt-5"\n\n\[model_providers\.turnpike\]\n/);
  expect(read(".codex/config.toml")).toContain(`base_url = "${url}/v1"`);
  const file = join(home, "project", "opencode.json");
  expect(await connect("opencode", "--yes", "--file", file, "--model", "opus", "--url", url)).toBe(0);
  expect(JSON.parse(read("project/opencode.json"))).toMatchObject({ model: "turnpike/opus" });
  expect(await connect("codex", "--model", "opsu", "--url", url)).toBe(1);
  expect(shown()).toMatch(/no model 'opsu'. Did you mean opus\?/);
});

test("settings are looked for where the client's own variables say", async () => {
  fake.environment = {
    CODEX_HOME: elsewhere("codex"),
    XDG_CONFIG_HOME: elsewhere("xdg"),
    CONTINUE_GLOBAL_DIR: elsewhere("continue"),
    QWEN_HOME: elsewhere("qwen"),
    CLAUDE_CONFIG_DIR: elsewhere("claude"),
    CONFIG_PATH: elsewhere("librechat.yaml"),
  };
  expect(await connect("--json")).toBe(0);
  const files = JSON.parse(fake.printed.join("\n")).map(({ file }: { file: string | null }) => file);
  for (const name of ["codex", "xdg/opencode", "xdg/zed", "continue", "qwen", "claude", "librechat.yaml"]) {
    expect(files).toContainEqual(expect.stringContaining(elsewhere(name)));
  }
});

test("a key that is given goes where only its owner reads it, and is not repeated", async () => {
  const given = "tp-another-key-of-somebody";
  for (const [name, file] of [
    ["opencode", ".config/opencode/turnpike-api-key"],
    ["claude-code", ".claude/turnpike.settings.json"],
    ["qwen", ".qwen/.env"],
  ] as const) {
    expect(await connect(name, "--key", given, "--yes", ...NOBODY)).toBe(0);
    expect(shown()).not.toContain(given);
    expect(read(file)).toContain(given);
    expect(modeOf(file)).toBe(0o600);
  }
  expect(await connect("codex", "--key", given, "--yes", ...NOBODY)).toBe(0);
  expect(read(".codex/config.toml")).not.toContain(given);
});

test.each([
  [["--key", "has blanks in it"], /--key: expected an API key/],
  [["--url", "localhost:4141"], /--url: expected an address/],
  [["--url", "ftp://x"], /--url: expected an address/],
])("%j is refused", async (flags, message) => {
  expect(await connect("codex", "--yes", ...flags)).toBe(1);
  expect(shown()).toMatch(message);
  expect(readdirSync(home)).toEqual([".local"]);
});

test("this machine's key goes to no other machine, unless the settings name its address", async () => {
  const other = ["codex", "--print", "--url", "http://192.0.2.1:4141/v1"];
  expect(await connect(...other)).toBe(1);
  expect(shown()).toMatch(/^--url: http:\/\/192\.0\.2\.1:4141 is not this machine's server.* --key\.$/m);
  for (const name of ["localhost", "127.0.0.2", "[::1]"]) {
    expect(await connect("codex", "--print", "--url", `http://${name}:9`)).toBe(0);
  }
  fake.environment = { TURNPIKE_HOST: "127.0.0.1.invalid", TURNPIKE_PORT: "80" };
  expect(await connect("codex", "--print", "--url", "http://127.0.0.1.invalid")).toBe(0);
  expect(await connect("codex", "--print", "--url", "http://127.0.0.1.invalid:81")).toBe(1);
  expect(await connect("codex", "--print", "--key", KEY, "--url", "http://127.0.0.1.invalid:81")).toBe(0);
});

test.skipIf(process.platform === "win32")("a file that is a link stays one", async () => {
  write("dotfiles/codex.toml", "# mine\n");
  mkdirSync(join(home, ".codex"));
  symlinkSync("../dotfiles/codex.toml", join(home, ".codex/config.toml"));
  expect(await connect("codex", "--yes", ...NOBODY)).toBe(0);
  expect(lstatSync(join(home, ".codex/config.toml")).isSymbolicLink()).toBe(true);
  expect(read("dotfiles/codex.toml")).toContain("# mine\n");
  expect(read("dotfiles/codex.toml")).toContain("[model_providers.turnpike]\n");
});

test("without a key it says how to get one; a key that the server refuses is told", async () => {
  rmSync(join(home, ".local"), { recursive: true });
  expect(await connect("codex", "--yes", ...NOBODY)).toBe(1);
  expect(shown()).toMatch(/no API key yet: start the server once/);
  const url = await serveModels([], "tp-its-own");
  expect(await connect("codex", "--key", "tp-wrong", "--print", "--url", url)).toBe(0);
  expect(shown()).toContain("It does not take this key.");
});
