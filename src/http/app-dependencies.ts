import type { ReportLimits } from "../core/ports/usage-limits.ts";
import type { EngineHooks } from "../core/ports/engine.ts";
import type { DashboardFiles } from "./dashboard/dashboard-files.ts";
import type { ServiceParts } from "../service/service-parts.ts";
import type { HttpOptions } from "./http-options.ts";

/** Everything the HTTP layer needs from the other layers, wired by hand. */
export interface AppDependencies extends ServiceParts {
  readonly options: HttpOptions;
  /** Absent where no key has limits. */
  readonly reportLimits?: ReportLimits;
  /** Of engines that hooks of Claude Code call. */
  readonly engineHooks?: readonly EngineHooks[];
  /** Absent: there are no pages at all. Without files there is one that says so. */
  readonly dashboard?: { readonly files: DashboardFiles | undefined };
}
