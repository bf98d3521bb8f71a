import { NO_CLIENT_TOOLS } from "../../src/core/words/client-tool.ts";
import type { Message } from "../../src/core/words/message.ts";
import type { TurnInput, TurnPermissions } from "../../src/core/ports/engine-session.ts";
import type { TurnSupervisor } from "../../src/core/ports/turn-supervisor.ts";
import { SchemaDesk } from "../../src/offload/schema-desk.ts";

export const DEFAULT_PERMISSIONS: TurnPermissions = {
  mode: "acceptEdits",
  allow: [],
  deny: [],
  directories: [],
};

/** What a turn brings to a session: these messages and nothing else but the changes. */
export function turnInput(messages: readonly Message[], changes: Partial<TurnInput> = {}): TurnInput {
  return {
    messages,
    sampling: {},
    tools: NO_CLIENT_TOOLS,
    permissions: DEFAULT_PERMISSIONS,
    mcpServers: {},
    ...changes,
  };
}

const desk = new SchemaDesk();

/** Nothing is watched, and whatever is asked is denied. */
export const DENYING_SUPERVISOR: TurnSupervisor = {
  beforeTool: async () => {},
  checkJson: async (schema, text) => desk.check(JSON.stringify(schema), text),
  ask: ({ activityId, toolName, input, summary, alwaysAllows }) => ({
    event: {
      type: "permission-request",
      approvalId: `apr_${activityId}`,
      activityId,
      toolName,
      input,
      summary,
      alwaysAllows,
      expiresAt: 0,
    },
    answer: Promise.resolve({ outcome: "denied" }),
  }),
};
