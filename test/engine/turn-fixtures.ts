import { ALICE, message } from "../conformance/store-fixtures.ts";
import { NO_CLIENT_TOOLS } from "../../src/core/words/client-tool.ts";
import { newTurnId } from "../../src/core/words/ids.ts";
import { type Profile } from "../../src/core/words/profile.ts";
import { processKind } from "../../src/core/turn/process-kind.ts";
import type { RequestBounds } from "../../src/core/words/request-settings.ts";
import type { TurnRequest } from "../../src/core/words/turn-request.ts";

/** The bare model: no tools, no settings. */
export const CHAT_PROFILE: Profile = {
  name: "chat",
  engine: "sdk",
  systemPrompt: "client",
  instructions: "",
  builtinTools: "off",
  permissionMode: "dontAsk",
  allowedTools: [],
  disallowedTools: [],
  settingSources: [],
  activity: "shown",
  workspace: "/workspace",
  additionalDirectories: [],
  isolation: "none",
  sandbox: "off",
  mcpServers: {},
  agents: {},
  environment: {},
};

export const AGENT_PROFILE: Profile = {
  ...CHAT_PROFILE,
  name: "claude-code",
  systemPrompt: "claude-code",
  builtinTools: "on",
  permissionMode: "acceptEdits",
};

/** Where requests may change only what makes them safer. */
export const REQUEST_BOUNDS: RequestBounds = {
  folders: [],
  permissionModes: [],
  builtinTools: false,
  allowedTools: [],
  mcpServers: "none",
  commands: [],
};

/** The processes that serve them. */
export const CHAT_KIND = processKind(CHAT_PROFILE);
export const AGENT_KIND = processKind(AGENT_PROFILE);

/** A request with these messages, the client's first and every other one, and Claude's answers between them. */
export function turnRequest(texts: readonly string[], changes: Partial<TurnRequest> = {}): TurnRequest {
  return {
    turnId: newTurnId(),
    principalId: ALICE,
    protocol: "chat-completions",
    target: { modelId: "sonnet", profile: CHAT_PROFILE, model: "sonnet" },
    systemText: "",
    messages: texts.map((text, index) => message(index % 2 === 0 ? "user" : "assistant", text)),
    sampling: {},
    tools: NO_CLIENT_TOOLS,
    ...changes,
  };
}
