import { expect, test } from "vitest";

import { AGENT_PROFILE, CHAT_PROFILE, REQUEST_BOUNDS } from "../../../test/engine/turn-fixtures.ts";
import { describeAbilities } from "./describe-abilities.ts";

const SERVER = { type: "stdio", command: "/srv/crm", args: ["secret"], env: { TOKEN: "secret" } } as const;

test("says what an agent can do, and names nothing of the disk and no secret", () => {
  const profile = {
    ...AGENT_PROFILE,
    permissionMode: "default",
    allowedTools: ["Read(/srv/x/**)"],
    workspace: "/srv/work",
    additionalDirectories: ["/srv/more"],
    isolation: "worktree",
    sandbox: "required",
    mcpServers: { crm: SERVER },
    agents: { tester: { description: "d", prompt: "secret" } },
    effort: "high",
    maxTurns: 30,
    maxBudgetUsd: 2.5,
    instructions: "secret",
    environment: { KEY: "secret" },
  } as const;
  const abilities = describeAbilities(profile, {
    folders: ["/srv/a"],
    permissionModes: ["acceptEdits", "dontAsk"],
    builtinTools: false,
    allowedTools: ["Read(/srv/y)"],
    mcpServers: "configured",
    commands: ["review"],
  });
  expect(abilities).toEqual({
    permission_mode: "default",
    builtin_tools: "on",
    isolation: "worktree",
    sandbox: "required",
    mcp_servers: ["crm"],
    agents: ["tester"],
    effort: "high",
    max_turns: 30,
    max_budget_usd: 2.5,
    activity: "shown",
    request_overrides: {
      permission_modes: ["default", "acceptEdits", "plan", "dontAsk"],
      working_directory: "folders",
      builtin_tools: true,
      allowed_tools: "listed",
      mcp_servers: "configured",
      commands: ["review"],
    },
  });
  expect(JSON.stringify(abilities)).not.toMatch(/srv|secret/);
});

test.each([true, false])("a chat has tools only where requests may turn them on: %s", (builtinTools) => {
  const bounds = { ...REQUEST_BOUNDS, builtinTools, allowedTools: ["*", "Read"] };
  expect(describeAbilities(CHAT_PROFILE, bounds).request_overrides).toMatchObject({
    builtin_tools: builtinTools,
    allowed_tools: "any",
  });
});
