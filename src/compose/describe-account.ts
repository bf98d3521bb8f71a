import type { AccountWatch } from "../core/watches/account-watch.ts";
import type { EngineState } from "../core/ports/engine.ts";
import type { Engines } from "../core/ports/engines.ts";
import type { Accounts } from "../core/watches/accounts.ts";
import type { EngineReport, HealthReport } from "../core/ports/health.ts";

type Status = Pick<HealthReport, "status" | "problem">;

/** Whether turns are accepted, and what is missing. Once all engines have started, one that is ready is enough. */
export function describeStatus(
  accounts: Accounts,
  engines: Engines,
  storeProblem: string | undefined,
  isDraining: boolean,
): Status {
  if (isDraining) return { status: "draining" };
  if (storeProblem !== undefined) {
    return { status: "not-ready", problem: `The records cannot be used: ${storeProblem}.` };
  }
  const found = accounts.all.map(([name, watch]) => statusOf(watch, stateOf(engines, name)));
  const isStarting = ({ status }: Status) => status === "starting";
  const isReady = ({ status }: Status) => status === "ready";
  return found.find(isStarting) ?? found.find(isReady) ?? found[0] ?? { status: "ready" };
}

/** The engine of the built-in profiles and, where there are several, all of them. */
export function describeEngines(
  accounts: Accounts,
  engines: Engines,
): Pick<HealthReport, "engine" | "engines"> {
  const reports = accounts.all.map(([name, watch]) => {
    const state = stateOf(engines, name);
    const facts = state && { facts: state.facts };
    const report: EngineReport = { name, ...describeLogin(watch), ...facts };
    return { report, status: statusOf(watch, state) };
  });
  const engine = reports[0]?.report ?? { name: "none", isLoggedIn: false, credentialSource: "unknown" };
  if (reports.length <= 1) return { engine };
  return { engine, engines: reports.map(({ report, status }) => ({ ...report, ...status })) };
}

function stateOf(engines: Engines, engine: string): EngineState | undefined {
  return engines.of({ engine }).state?.();
}

function statusOf({ state, trouble }: AccountWatch, own: EngineState | undefined): Status {
  switch (state.type) {
    case "unknown":
      return { status: "starting" };
    case "ready":
      if (own?.problem !== undefined) return { status: "not-ready", problem: own.problem };
      return trouble === undefined ? { status: "ready" } : { status: "not-ready", problem: trouble };
    default:
      return { status: "not-ready", problem: state.problem };
  }
}

function describeLogin({ state }: AccountWatch): Omit<EngineReport, "name"> {
  if (state.type !== "ready" && state.type !== "not-logged-in") {
    return { isLoggedIn: false, credentialSource: "unknown" };
  }
  return { isLoggedIn: state.account.isLoggedIn, credentialSource: state.account.source };
}
