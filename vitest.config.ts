import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";

import { configDefaults, defineConfig } from "vitest/config";

import { ClosingLineReporter } from "./test/closing-line-reporter.ts";
import { LongestFirst } from "./test/longest-first.ts";
import { RefusalReporter } from "./test/upstream/refusal-reporter.ts";

const require = createRequire(import.meta.url);
// Proof for the cast: what runtime/bring-packages.cjs exports.
const { sayAndBringPackages } = require("./runtime/bring-packages.cjs") as {
  sayAndBringPackages(folder: string): void;
};
// `npm ci` is for who uses Turnpike, too.
for (const folder of ["test", "dashboard"]) sayAndBringPackages(folder);

const UNITS = ["src/**/*.test.ts", "dashboard/src/**/*.test.ts"];
/** They turn a clock of their own, and others' timers would be on it. */
const WITH_A_CLOCK = [
  "src/core/turn/{running-activities,turn-deadlines}.test.ts",
  "src/core/watches/account-watch.test.ts",
  "src/service/turns/start-turn.test.ts",
  "src/core/nodes/node-lease.test.ts",
  "src/sessions/{spare-shelf,worker-starts}.test.ts",
  "src/engines/channel/channel-desk.test.ts",
];
/** Whole parts of the server in this process: HTTP with a scripted engine, the stores with their databases. */
const PARTS = ["test/{conformance,http,protocols,schema}/**/*.test.ts", "test/*.test.ts"];

/** They look at times: nothing runs beside them. */
const TIMED = [
  "test/integration/{cancellation,steady-streams}.test.ts",
  "test/conformance/request-log-million.test.ts",
  "test/dashboard/first-page.test.ts",
];

/** In a browser, which needs a core for itself. */
const IN_BROWSER = ["test/dashboard/**/*.test.ts"];

/** What an engine of Claude Code must do; they run with `sdk` among all others, and with `cli` once more. */
const ENGINE_SUITE = [
  "test/contract/{cancelling,hot-turns,media,permissions,processes,resumed-sessions,resumed-turns,server-tools,spares,standbys,workers,workers-on-clouds}.test.ts",
];

/** A quick client of each protocol, which runs with `cli`, too; CONTRIBUTING.md has the command for all of them. */
const CLIENT_SUITE = [
  "test/clients/{ai-sdk,anthropic-sdk}.test.ts",
  "test/clients/responses/langchain.test.ts",
];

/** Files share workers: in one of its own each spent 1.5 s of processor on reading the server's modules, which is most of some. */
const IN_SHARED_WORKERS = { isolate: false } as const;

/** One for each core: Vitest leaves a core to itself, which on a machine of two means that half of it stands still. */
const WORKER_PER_CORE = { maxWorkers: availableParallelism() };

/** Claude Code tells of an account once in a run. */
const WITH_SERVERS = { globalSetup: ["test/integration/known-accounts.ts"] };

/** They look at the dashboard as its sources are. */
const WITH_PAGES = [...WITH_SERVERS.globalSetup, "test/dashboard/build-dashboard.ts"];

/** Every test file of this run writes there what the scripted model refused. */
const REFUSALS = join(tmpdir(), `turnpike-refusals-${process.pid}.jsonl`);

export default defineConfig({
  test: {
    // Concurrent tests are those that mostly wait.
    maxConcurrency: 8,
    // What hangs is found by these; how long something may take, by `expectWithin`.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    sequence: { sequencer: LongestFirst },
    reporters: ["default", new RefusalReporter(REFUSALS), new ClosingLineReporter()],
    provide: { refusalTally: REFUSALS },
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: UNITS,
          exclude: [...configDefaults.exclude, ...WITH_A_CLOCK],
          ...IN_SHARED_WORKERS,
          ...WORKER_PER_CORE,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: "clocks", include: WITH_A_CLOCK, ...WORKER_PER_CORE, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: "parts",
          include: PARTS,
          exclude: [...configDefaults.exclude, ...TIMED],
          ...IN_SHARED_WORKERS,
          ...WORKER_PER_CORE,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "claude-code",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...PARTS, ...TIMED, ...IN_BROWSER],
          ...WITH_SERVERS,
          ...IN_SHARED_WORKERS,
          // Suites that start Claude Code must not starve each other: a process takes a core while it starts.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: "dashboard",
          include: IN_BROWSER,
          exclude: [...configDefaults.exclude, ...TIMED],
          globalSetup: WITH_PAGES,
          maxWorkers: 2,
          sequence: { groupOrder: 6 },
        },
      },
      {
        extends: true,
        test: {
          name: "engine-cli",
          include: [...ENGINE_SUITE, ...CLIENT_SUITE],
          env: { TURNPIKE_TEST_ENGINE: "cli" },
          ...WITH_SERVERS,
          ...IN_SHARED_WORKERS,
          maxWorkers: 2,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          name: "timed",
          include: TIMED,
          globalSetup: WITH_PAGES,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
