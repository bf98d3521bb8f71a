import type { PlanWindow } from "../words/plan-window.ts";

/** More names than any plan has windows are noise. */
const MAX_WINDOWS = 16;

const HOUR_MS = 60 * 60 * 1000;
const LENGTHS: readonly (readonly [prefix: string, ms: number])[] = [
  ["five_hour", 5 * HOUR_MS],
  ["seven_day", 7 * 24 * HOUR_MS],
];

export interface KnownWindow extends PlanWindow {
  /** When the API said so; milliseconds since the epoch. */
  readonly heardAt: number;
  /** How full it will be when it ends, if it goes on like this; absent where that cannot be told. */
  readonly projected?: number;
}

/** Remembers what the API has said of the plan's windows. */
export class PlanWatch {
  readonly #clock: () => number;
  readonly #windows = new Map<string, PlanWindow & { readonly heardAt: number }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  hear(windows: readonly PlanWindow[]): void {
    const heardAt = this.#clock();
    for (const window of windows) {
      if (!this.#windows.has(window.name) && this.#windows.size >= MAX_WINDOWS) continue;
      this.#windows.set(window.name, { ...window, heardAt });
    }
  }

  /** The windows that have not ended since. */
  report(): readonly KnownWindow[] {
    const now = this.#clock();
    const open = [...this.#windows.values()].filter(
      ({ resetsAt }) => resetsAt === undefined || resetsAt > now,
    );
    return open.map((window) => ({ ...window, ...project(window) }));
  }
}

/** Too early in a window its pace says nothing. */
const MIN_PART = 0.02;

function project({
  name,
  utilization,
  resetsAt,
  heardAt,
}: Omit<KnownWindow, "projected">): Pick<KnownWindow, "projected"> {
  const length = LENGTHS.find(([prefix]) => name.startsWith(prefix))?.[1];
  if (length === undefined || utilization === undefined || resetsAt === undefined) return {};
  const part = 1 - (resetsAt - heardAt) / length;
  return part < MIN_PART || part > 1 ? {} : { projected: utilization / part };
}
