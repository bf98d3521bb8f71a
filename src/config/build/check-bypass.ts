import type { RequestBounds } from "../../core/words/request-settings.ts";
import type { Profile } from "../../core/words/profile.ts";
import type { ReportProblem } from "../sources/fill-settings.ts";
import type { Machine } from "../sources/machine.ts";
import type { Environment } from "../sources/process-environment.ts";

export interface BypassFacts {
  readonly allowBypass: boolean;
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly requests: RequestBounds;
  readonly machine: Machine;
  readonly environment: Environment;
}

const MODE = "bypassPermissions";

/** The mode in which nothing is asked takes a word of its own at the start, and is not for root outside a container. */
export function checkBypass(facts: BypassFacts, report: ReportProblem): void {
  const { allowBypass, profiles, requests, machine, environment } = facts;
  if (!allowBypass) {
    const cure = `${MODE} needs --allow-bypass-permissions at the start. Give it, or choose another mode`;
    for (const { name, permissionMode } of Object.values(profiles)) {
      if (permissionMode === MODE) report(`profiles.${name}.permissionMode`, cure);
    }
    if (requests.permissionModes.includes(MODE)) report("requests.permissionModes", cure);
    return;
  }
  // Claude Code takes this word for it, and no other.
  if (machine.userId === 0 && environment["IS_SANDBOX"] !== "1") {
    report(
      "claude.allowBypass",
      "refused for root, who could do anything unasked. Run as another user, or set IS_SANDBOX=1 in a container that holds nothing of value",
    );
  }
}
