import type { AccountWatch } from "../core/watches/account-watch.ts";
import type { Accounts } from "../core/watches/accounts.ts";
import type { EngineReport, HealthReport } from "../core/ports/health.ts";

type Status = Pick<HealthReport, "status" | "problem">;

/** Whether turns are accepted, and what is missing. Once all engines have started, one that is ready is enough. */
export function describeStatus(
  accounts: Accounts,
  storeProblem: string | undefined,
  isDraining: boolean,
): Status {
  if (isDraining) return { status: "draining" };
  if (storeProblem !== undefined) {
    return { status: "not-ready", problem: `The records cannot be used: ${storeProblem}.` };
  }
  const found = accounts.all.map(([, watch]) => statusOf(watch));
  const isStarting = ({ status }: Status) => status === "starting";
  const isReady = ({ status }: Status) => status === "ready";
  return found.find(isStarting) ?? found.find(isReady) ?? found[0] ?? { status: "ready" };
}

/** The engine of the built-in profiles and, where there are several, all of them. */
export function describeEngines(accounts: Accounts): Pick<HealthReport, "engine" | "engines"> {
  const { all } = accounts;
  const engines = all.map(([name, watch]): EngineReport => ({ name, ...describeLogin(watch) }));
  const [engine = { name: "none", isLoggedIn: false, credentialSource: "unknown" }] = engines;
  if (engines.length <= 1) return { engine };
  return {
    engine,
    engines: all.map(([name, watch]) => ({ name, ...describeLogin(watch), ...statusOf(watch) })),
  };
}

function statusOf({ state, refusal }: AccountWatch): Status {
  switch (state.type) {
    case "unknown":
      return { status: "starting" };
    case "ready":
      return refusal === undefined ? { status: "ready" } : { status: "not-ready", problem: refusal };
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
