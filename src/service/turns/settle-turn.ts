import { applyRequestSettings } from "../../core/requests/apply-request-settings.ts";
import { hasClientTools } from "../../core/turn/has-client-tools.ts";
import type { ModelTarget } from "../../core/words/profile.ts";
import { refuseSetting } from "../../core/requests/refuse-setting.ts";
import { requireAllowedCommand } from "../../core/requests/require-allowed-command.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { ClaudeSettings } from "../../protocols/claude-settings/claude-settings.ts";
import { unsupportedValue } from "../../protocols/request-error.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { Principal } from "../../core/words/principal.ts";
import { readTimeoutMs } from "./read-timeout.ts";

/** Who asks for a turn. */
export interface Caller {
  /** All headers of the request, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whose approvals it may answer. */
  readonly mayApprove: Principal["mayApprove"];
}

/** What is asked, with the messages if they are already known. */
interface Asked extends Pick<TurnRequest, "tools">, Partial<Pick<TurnRequest, "messages">> {
  readonly claude: ClaudeSettings;
}

/**
 * Applies the settings of a request to its turn, within the bounds of the configuration. They count for this turn only.
 * `hasApprovalItems`: the protocol lets the next request bring an approval.
 * @throws AppError `forbidden` for what goes beyond the configuration, `invalid-request` for what is impossible
 */
export async function settleTurn(
  { claude, tools, messages = [] }: Asked,
  target: ModelTarget,
  caller: Caller & { readonly hasApprovalItems?: true },
  { requestPolicy }: Pick<ServiceParts, "requestPolicy">,
): Promise<Pick<TurnRequest, "target" | "command" | "approvals" | "timeoutMs">> {
  const { settings, sources } = claude;
  const profile = await applyRequestSettings(target.profile, settings, { ...requestPolicy, sources });
  const timeoutMs = readTimeoutMs(caller.headers["x-turnpike-timeout"], claude.timeoutMs);
  const command =
    claude.command === undefined
      ? undefined
      : requireAllowedCommand(claude.command, {
          bounds: requestPolicy.bounds,
          profile,
          hasClientTools: hasClientTools({ tools, messages }),
          param: sources.command ?? "claude.command",
        });
  return {
    target: { ...target, profile },
    approvals: chooseApprovals(claude, caller),
    ...(command !== undefined && { command }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function chooseApprovals(
  { approvals, sources }: ClaudeSettings,
  { mayApprove, hasApprovalItems }: Caller & { readonly hasApprovalItems?: true },
): "live" | "client" {
  if (approvals === undefined) return mayApprove !== "none" && hasApprovalItems ? "client" : "live";
  if (approvals === "live") return approvals;
  if (!hasApprovalItems) {
    throw unsupportedValue(
      sources.approvals ?? "claude.approvals",
      approvals,
      "Only requests of the Responses API can bring approvals; here they are answered at /approvals while the turn waits ('live').",
    );
  }
  if (mayApprove !== "none") return approvals;
  throw refuseSetting(
    "This key may not answer the approvals of its own turns",
    "auth.clientsMayApprove",
    sources.approvals,
  );
}
