import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { describe, expect, test } from "vitest";

const SOURCE = resolve(import.meta.dirname, "../src");
const DASHBOARD = resolve(import.meta.dirname, "../dashboard/src");

/** Which folder of src may import which others. What is not listed is forbidden. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  core: ["lib"],
  protocols: ["core", "lib"],
  service: ["protocols", "core", "lib"],
  http: ["service", "protocols", "core", "lib"],
  engines: ["core", "lib"],
  sessions: ["core", "lib"],
  store: ["core", "lib"],
  cluster: ["core", "lib"],
  workspaces: ["core", "lib"],
  observability: ["core", "lib"],
  config: ["core", "lib"],
  demo: ["lib"],
  offload: ["protocols", "core", "lib"],
  // The commands speak to a running server, too.
  cli: ["config", "observability", "protocols", "core", "lib", "main.ts", "compose"],
  // They build what they need by hand, and so may import everything: parts of the server, and what the doctor looks through.
  compose: [
    "cli",
    "cluster",
    "config",
    "core",
    "demo",
    "engines",
    "http",
    "lib",
    "offload",
    "protocols",
    "service",
    "sessions",
    "store",
    "workspaces",
  ],
};

/** Packages that only some folders may know, so that each can be replaced in one place. */
const PACKAGE_OWNERS: Readonly<Record<string, readonly string[]>> = {
  "@anthropic-ai/claude-agent-sdk": ["engines"],
  hono: ["http"],
  "@hono/node-server": ["http"],
  ws: ["http"],
  kysely: ["store"],
  pg: ["store"],
  "rate-limiter-flexible": ["cluster"],
  pino: ["observability"],
  "prom-client": ["observability"],
  commander: ["cli"],
  yaml: ["config"],
  "jsonc-parser": ["config"],
  "toml-eslint-parser": ["config"],
  zod: ["protocols", "config"],
  ajv: ["offload", "protocols"],
  "ajv-formats": ["offload"],
  re2js: ["offload"],
  "@eslint-community/regexpp": ["offload"],
};

/** Fields of the arguments and results of Claude Code's own tools. */
const CLAUDE_TOOL_FIELD =
  /\b(file_path|notebook_path|old_string|new_string|old_source|new_source|structuredPatch|timedOutAfterMs)\b/;

const EXPORTED = /^export (?:async )?(?:abstract )?(?:function\*?|class|const|let|interface|type) (\w+)/gm;

/** It builds the server by hand, and so may import everything. */
const ROOTS = new Set(["main.ts"]);

const BRANCHES_IN_PARALLEL = new Set(["engines", "protocols"]);
/** Branches that the others beside them may use. */
const SHARED_BRANCHES = new Set(["claude", "process", "mcp", "json-schema", "claude-settings"]);

/** Which folder of the dashboard may import which others of it. */
const ALLOWED_IN_DASHBOARD: Readonly<Record<string, readonly string[]>> = {
  api: [],
  parts: ["api"],
  shell: ["api", "parts"],
  pages: ["api", "parts", "shell"],
  "main.tsx": ["api", "parts", "shell", "router.tsx"],
  "router.tsx": ["api", "parts", "shell", "pages"],
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

const imports = sourceFiles(SOURCE).flatMap((file) => importsOf(file, SOURCE));

describe("the structure of src", () => {
  test("every folder is known", () => {
    const folders = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((folder) => folder.name).sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  test("imports follow the allowed edges", () => {
    const forbidden = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith(".") || ROOTS.has(file)) return false;
      const from = topOf(file);
      const to = topOf(relative(SOURCE, resolve(SOURCE, dirname(file), specifier)));
      return from !== to && !(ALLOWED[from] ?? []).includes(to);
    });
    expect(forbidden).toEqual([]);
  });

  test("engines do not know each other, nor do protocols", () => {
    const crossing = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const target = relative(SOURCE, resolve(SOURCE, dirname(file), specifier));
      const [from, fromBranch] = file.split("/");
      const [to, toBranch] = target.split("/");
      if (from !== to || from === undefined || !BRANCHES_IN_PARALLEL.has(from)) return false;
      const isShared = SHARED_BRANCHES.has(toBranch ?? "") || toBranch?.endsWith(".ts");
      return fromBranch !== toBranch && !isShared;
    });
    expect(crossing).toEqual([]);
  });

  test("a package is known only to the folder that wraps it", () => {
    const leaks = imports.filter(({ file, specifier }) => {
      const owners = PACKAGE_OWNERS[packageOf(specifier)];
      return owners !== undefined && !owners.includes(topOf(file));
    });
    expect(leaks).toEqual([]);
  });

  test("the Agent SDK is known to its engine only, and elsewhere its types to one file", () => {
    const knowing = imports.filter(
      ({ specifier }) => packageOf(specifier) === "@anthropic-ai/claude-agent-sdk",
    );
    const others = new Set(
      knowing.map(({ file }) => file).filter((file) => !file.startsWith("engines/sdk/")),
    );
    expect([...others]).toEqual(["engines/claude/claude-messages.ts"]);
    expect(read("engines/claude/claude-messages.ts")).not.toMatch(
      /^(?:import|export)\b(?! type\b)[^;]*? from /m,
    );
  });

  test("the shapes of Claude Code's tools are read by its engine only", () => {
    const reading = sourceFiles(SOURCE).filter((file) => CLAUDE_TOOL_FIELD.test(read(file)));
    const others = reading.filter((file) => !/^(engines|demo)\//.test(file));
    // A person is shown a call as it is before it runs.
    expect(others).toEqual(["cli/approval/diff-of-call.ts"]);
  });

  test("only one file reads the environment, one sets timers, and folders with those above them are made in one way", () => {
    const files = sourceFiles(SOURCE);
    const containing = (pattern: RegExp) => files.filter((file) => pattern.test(read(file)));
    expect(containing(/process\.env\b/)).toEqual(["config/sources/process-environment.ts"]);
    expect(containing(/\bset(Timeout|Interval)\(/)).toEqual(["lib/time.ts"]);
    expect(containing(/\bmkdir(Sync)?\([^;]*recursive/)).toEqual([]);
  });

  test("what the terminal shows goes through one writer, and the log's lines through one other", () => {
    const files = sourceFiles(SOURCE);
    const containing = (pattern: RegExp) => files.filter((file) => pattern.test(read(file)));
    expect(
      containing(/\bprocess\s*\.\s*(stdout|stderr)\b(?!`)|\{[^}]*\bstd(out|err)\b[^}]*\}\s*=\s*process\b/),
    ).toEqual(["cli/terminal.ts"]);
    expect(containing(/\bconsole\b|from "node:(console|process)"|"\/dev\/(tty|std|fd)|"inherit"/)).toEqual([
      // It hands the terminal to a program that talks with the person itself.
      "cli/login/run-on-terminal.ts",
    ]);
    expect(containing(/\bwriteSync\(|\bfd: [12]\b|\bdestination\(/).sort()).toEqual([
      // The stderr of a process that does tasks: the server reads it.
      "lib/task-watch.ts",
      "observability/log-output.ts",
    ]);
    // It gives its child no output of this process.
    expect(containing(/\bfork\(/)).toEqual(["lib/task-process.ts"]);
    // Only a renderer of lines may spell an escape sequence, and it has Node do it.
    expect(containing(/\\u001b|\\u\{1b\}|\\x1b|\\033/i)).toEqual([]);
    expect(containing(/\bstyleText\b/)).toEqual(["lib/styled-line.ts"]);
  });

  test("an exported name stands once", () => {
    const places = new Map<string, string[]>();
    for (const file of sourceFiles(SOURCE)) {
      for (const [, name = ""] of read(file).matchAll(EXPORTED)) {
        places.set(name, [...(places.get(name) ?? []), file]);
      }
    }
    expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
  });

  test("no file imports itself by way of others", () => {
    const graph = new Map<string, string[]>();
    for (const { file, specifier } of imports) {
      if (!specifier.startsWith(".")) continue;
      const target = relative(SOURCE, resolve(SOURCE, dirname(file), specifier));
      graph.set(file, [...(graph.get(file) ?? []), target]);
    }
    expect(findCycle(graph)).toBeUndefined();
  });
});

describe("the structure of the dashboard", () => {
  const files = sourceFiles(DASHBOARD);
  const all = files.flatMap((file) => importsOf(file, DASHBOARD));
  const targetOf = ({ file, specifier }: Import) =>
    relative(DASHBOARD, resolve(DASHBOARD, dirname(file), specifier)).replaceAll("\\", "/");

  test("imports follow the allowed edges, and no page knows another", () => {
    const forbidden = all.filter((each) => {
      const target = targetOf(each);
      if (!each.specifier.startsWith(".") || target.startsWith("..")) return false;
      const [from, to] = [topOf(each.file), topOf(target)];
      if (from === "pages" && to === "pages") return each.file.split("/")[1] !== target.split("/")[1];
      return from !== to && !(ALLOWED_IN_DASHBOARD[from] ?? []).includes(to);
    });
    expect(forbidden).toEqual([]);
  });

  test("of the server it knows what the admin API answers, and only as types", () => {
    const outside = all.filter((each) => each.specifier.startsWith(".") && targetOf(each).startsWith(".."));
    expect(outside.filter((each) => !targetOf(each).startsWith("../../src/protocols/"))).toEqual([]);
    const values = files.filter((file) =>
      /^(?:import|export)\b(?! type\b)[^;]*? from "[./]+\/src\//m.test(read(file, DASHBOARD)),
    );
    expect(values).toEqual([]);
  });

  test("text is never taken for markup or for code", () => {
    const dangerous =
      /dangerouslySetInnerHTML|\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|srcDoc|\beval\(|new Function\(/;
    expect(files.filter((file) => dangerous.test(read(file, DASHBOARD)))).toEqual([]);
  });

  test("charts and tables have one wrapper each", () => {
    const owners = Map.groupBy(all, ({ specifier }) => packageOf(specifier));
    const filesWith = (name: string) => [...new Set(owners.get(name)?.map(({ file }) => file))].sort();
    expect(filesWith("uplot")).toEqual(["parts/chart-options.ts", "parts/chart.tsx"]);
    expect(filesWith("@tanstack/react-table")).toEqual(["parts/data-table.tsx"]);
  });
});

/** Paths below src with forward slashes, without tests. */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|d)\.tsx?$/.test(path));
}

function importsOf(file: string, root: string): Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
  return [...read(file, root).matchAll(pattern)].map((match) => ({
    file,
    specifier: match[1] ?? match[2] ?? match[3] ?? "",
  }));
}

function read(file: string, root: string = SOURCE): string {
  return readFileSync(join(root, file), "utf8");
}

function topOf(path: string): string {
  return path.split("/")[0] ?? path;
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}
