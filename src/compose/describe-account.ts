import type { AccountWatch } from "../core/models/account-watch.ts";
import type { HealthReport } from "../core/ports/health.ts";

/** Whether turns are taken, and what is missing. */
export function describeStatus(
  account: AccountWatch,
  storeProblem: string | undefined,
  isDraining: boolean,
): Pick<HealthReport, "status" | "problem"> {
  const { state } = account;
  if (isDraining) return { status: "draining" };
  if (storeProblem !== undefined) {
    return { status: "not-ready", problem: `The records cannot be used: ${storeProblem}.` };
  }
  switch (state.type) {
    case "unknown":
      return { status: "starting" };
    case "ready":
      return account.refusal === undefined
        ? { status: "ready" }
        : { status: "not-ready", problem: account.refusal };
    default:
      return { status: "not-ready", problem: state.problem };
  }
}

export function describeLogin(account: AccountWatch): { isLoggedIn: boolean; credentialSource: string } {
  const { state } = account;
  if (state.type !== "ready" && state.type !== "not-logged-in") {
    return { isLoggedIn: false, credentialSource: "unknown" };
  }
  return { isLoggedIn: state.account.isLoggedIn, credentialSource: state.account.source };
}
