import type { ResolvedModel } from "../../core/ports/model-catalogue.ts";
import { applyRequestSettings } from "../../core/requests/apply-request-settings.ts";
import { refuseSetting } from "../../core/requests/refuse-setting.ts";
import { requireSettingsOfKey } from "../../core/requests/key-bounds.ts";
import { requireAllowedCommand } from "../../core/requests/require-allowed-command.ts";
import { hasClientTools } from "../../core/turn/has-client-tools.ts";
import { sha256 } from "../../lib/sha256.ts";
import { newTurnId, type TurnId } from "../../core/words/ids.ts";
import type { Profile } from "../../core/words/profile.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { ClaudeSettings } from "../../protocols/claude-settings/claude-settings.ts";
import { unsupportedValue } from "../../protocols/request-error.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { Caller } from "./caller.ts";
import { chooseConversationName } from "./conversation-name.ts";
import { readTimeoutMs } from "./read-timeout.ts";
import { requireCheckable, type SchemaParams } from "./require-checkable.ts";

/** What a request asks of its turn, in every protocol that takes settings for Turnpike; the messages if they are known. */
export interface AskedTurn
  extends Pick<TurnRequest, "sampling" | "tools" | "outputFormat">, Partial<Pick<TurnRequest, "messages">> {
  readonly claude: ClaudeSettings;
  /** The client's name for who asks. */
  readonly endUser?: string;
  /** The same, in the form that the model's API takes. */
  readonly endUserId?: string;
}

/** In what protocols differ about this. */
export interface TurnProtocol {
  /** For records only. */
  readonly name: string;
  readonly schemaParams: SchemaParams;
  /** The next request can bring an approval. */
  readonly hasApprovalItems?: true;
}

/** All of a turn request but what the model is to read. */
export type UnreadTurnRequest = Omit<TurnRequest, "systemText" | "systemParts" | "messages" | "cache">;

/**
 * Makes a turn request of what a client asks for, within the bounds of the configuration: its settings (which count for this turn
 * only), its conversation, its tools and its format. The protocol adds what the model is to read.
 * @throws AppError `forbidden` for what goes beyond the configuration, `invalid-request` for what is impossible
 */
export async function buildTurnRequest(
  asked: AskedTurn,
  { target, conversationName: suffix }: ResolvedModel,
  protocol: TurnProtocol,
  caller: Caller & { readonly turnId?: TurnId },
  parts: Pick<ServiceParts, "requestPolicy" | "schemas">,
): Promise<UnreadTurnRequest> {
  const { claude, sampling, tools, outputFormat, endUser } = asked;
  const { principalId, headers, turnId = newTurnId(), signal } = caller;
  const naming = chooseConversationName(headers, suffix);
  const profile = await applyRequestSettings(target.profile, claude.settings, {
    ...parts.requestPolicy,
    sources: claude.sources,
  });
  requireSettingsOfKey(caller.bounds, profile, claude.sources);
  const timeoutMs = readTimeoutMs(headers, claude.timeoutMs);
  const command = readCommand(asked, profile, parts);
  const approvals = chooseApprovals(claude, caller, protocol);
  // The API refuses addresses and the like, which people's names often are.
  const endUserId = asked.endUserId ?? (endUser ? sha256(JSON.stringify([principalId, endUser])) : undefined);
  await requireCheckable(asked, protocol.schemaParams, principalId, parts, signal);
  return {
    turnId,
    principalId,
    protocol: protocol.name,
    target: { ...target, profile },
    approvals,
    ...(command !== undefined && { command }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...naming,
    sampling,
    ...(endUserId !== undefined && { endUserId }),
    tools,
    ...(outputFormat && { outputFormat }),
  };
}

function readCommand(
  { claude, tools, messages = [] }: AskedTurn,
  profile: Profile,
  { requestPolicy }: Pick<ServiceParts, "requestPolicy">,
): string | undefined {
  if (claude.command === undefined) return undefined;
  return requireAllowedCommand(claude.command, {
    bounds: requestPolicy.bounds,
    profile,
    hasClientTools: hasClientTools({ tools, messages }),
    param: claude.sources.command ?? "claude.command",
  });
}

function chooseApprovals(
  { approvals, sources }: ClaudeSettings,
  { mayApprove }: Caller,
  { hasApprovalItems }: TurnProtocol,
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
