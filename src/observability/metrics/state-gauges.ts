import { Gauge, type Registry } from "prom-client";

import type { HealthReport } from "../../core/ports/health.ts";

type Read = (report: HealthReport) => number;

const BY_STATE: readonly (readonly [name: string, help: string, read: Readonly<Record<string, Read>>])[] = [
  [
    "turnpike_sessions",
    "Claude Code processes that hold a conversation.",
    {
      idle: ({ sessions }) => sessions.idle,
      busy: ({ sessions }) => sessions.busy,
      starting: ({ sessions }) => sessions.starting,
    },
  ],
  [
    "turnpike_spares",
    "Claude Code processes that hold none yet.",
    { ready: ({ spares }) => spares.ready, starting: ({ spares }) => spares.starting },
  ],
];

const PLAIN: readonly (readonly [name: string, help: string, read: Read])[] = [
  ["turnpike_sessions_limit", "Most sessions.", ({ sessions }) => sessions.limit],
  [
    "turnpike_sessions_closed",
    "Sessions ended since the start: idle for long, to make room, or in doubt.",
    ({ sessions }) => sessions.closed ?? 0,
  ],
  ["turnpike_turns_running", "Turns that run.", ({ turns }) => turns.running],
  ["turnpike_turns_queued", "Turns that wait for their place.", ({ turns }) => turns.queued],
  ["turnpike_turns_limit", "Most turns at once.", ({ turns }) => turns.limit],
  ["turnpike_queue_limit", "Most turns that wait.", ({ turns }) => turns.queueLimit],
  ["turnpike_ready", "1 when turns can run.", ({ status }) => (status === "ready" ? 1 : 0)],
  [
    "turnpike_claude_memory_bytes",
    "Resident memory of all Claude Code processes.",
    ({ claudeMemoryBytes }) => claudeMemoryBytes ?? 0,
  ],
];

/** What is so now, read when somebody asks. */
export function stateGauges(registry: Registry, health: () => HealthReport): readonly Gauge[] {
  const registers = [registry];
  return [
    ...BY_STATE.map(
      ([name, help, read]) =>
        new Gauge({
          name,
          help,
          registers,
          labelNames: ["state"],
          collect() {
            for (const [state, of] of Object.entries(read)) this.set({ state }, of(health()));
          },
        }),
    ),
    ...PLAIN.map(
      ([name, help, read]) =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(read(health()));
          },
        }),
    ),
  ];
}
