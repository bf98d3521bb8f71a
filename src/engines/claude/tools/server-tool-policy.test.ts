import type { PreToolUseHookInput } from "../claude-messages.ts";
import { describe, expect, test } from "vitest";

import {
  type AskedCall,
  NO_SERVER_TOOLS,
  type RemoteMcpServer,
  type ServerTools,
  type ToolApproval,
} from "../../../core/words/server-tools.ts";
import { ServerToolPolicy, type WaitingApproval } from "./server-tool-policy.ts";

const NEVER = new AbortController().signal;
const DICE: RemoteMcpServer = {
  label: "dice",
  url: "http://dice/mcp",
  headers: {},
  approval: { type: "never" },
};

function openPolicy(tools: Partial<ServerTools>) {
  const asked: WaitingApproval[] = [];
  const policy = new ServerToolPolicy((approval) => asked.push(approval));
  policy.begin({ ...NO_SERVER_TOOLS, ...tools });
  const decide = (name: string, id = "toolu_1", signal = NEVER) => policy.decide(call(name, id), signal);
  return { policy, asked, decide };
}

function call(name: string, id: string): PreToolUseHookInput {
  return {
    hook_event_name: "PreToolUse",
    session_id: "s",
    transcript_path: "",
    cwd: "/",
    tool_name: name,
    tool_input: { sides: 6 },
    tool_use_id: id,
  };
}

/** An approval of a call whose process is gone. */
function approvalOf(changes: Partial<AskedCall>): ToolApproval {
  const shown = { serverLabel: "dice", toolName: "roll", input: { sides: 6 }, ...changes };
  return { approvalId: "mcpr_gone", isApproved: true, call: shown };
}

const allowed = { hookSpecificOutput: { permissionDecision: "allow" } };
const denied = { hookSpecificOutput: { permissionDecision: "deny" } };

describe("Claude Code's own tools", () => {
  test("run unasked only when they are harmless; else the profile's permissions decide", async () => {
    const { decide } = openPolicy({ builtin: ["WebSearch", "Bash"] });
    expect(await decide("WebSearch")).toMatchObject(allowed);
    expect(await decide("Bash")).toEqual({});
    expect(await decide("Read")).toEqual({});
  });

  test("are counted, and refused beyond the limit", async () => {
    const { decide, policy } = openPolicy({ maxCalls: 2 });
    expect([await decide("Read"), await decide("Read")]).toEqual([{}, {}]);
    expect(await decide("Read")).toMatchObject(denied);
    policy.begin({ ...NO_SERVER_TOOLS, maxCalls: 1 });
    expect(await decide("Read")).toEqual({});
  });
});

describe("tools of a server that the request names", () => {
  test("run when no approval is asked for, and only the allowed ones", async () => {
    const { decide } = openPolicy({ mcpServers: [{ ...DICE, allowedTools: ["roll"] }] });
    expect(await decide("mcp__dice__roll")).toMatchObject(allowed);
    expect(await decide("mcp__dice__cheat")).toMatchObject(denied);
    expect(await decide("mcp__dicey__roll")).toEqual({});
  });

  test("wait for the client's word where it asks for that", async () => {
    const list = { type: "list", always: ["roll"] } as const;
    const { decide, asked, policy } = openPolicy({ mcpServers: [{ ...DICE, approval: list }] });
    expect(await decide("mcp__dice__look")).toMatchObject(allowed);
    const yes = decide("mcp__dice__roll", "toolu_yes");
    const no = decide("mcp__dice__roll", "toolu_no");
    expect(asked.map((approval) => approval.approvalId)).toEqual(["mcpr_toolu_yes", "mcpr_toolu_no"]);
    expect(policy.openApprovalIds).toEqual(["mcpr_toolu_yes", "mcpr_toolu_no"]);
    policy.begin({
      ...NO_SERVER_TOOLS,
      approvals: [
        { approvalId: "mcpr_toolu_yes", isApproved: true },
        { approvalId: "mcpr_toolu_no", isApproved: false, reason: "Not today." },
      ],
    });
    expect(await yes).toMatchObject(allowed);
    expect(await no).toMatchObject({ hookSpecificOutput: { permissionDecisionReason: "Not today." } });
    expect(policy.openApprovalIds).toEqual([]);
  });

  test("whose approval outlived its process let the same call through, once", async () => {
    const { decide, asked } = openPolicy({
      mcpServers: [{ ...DICE, approval: { type: "always" } }],
      approvals: [approvalOf({ toolName: "roll" })],
    });
    expect(await decide("mcp__dice__roll")).toMatchObject(allowed);
    void decide("mcp__dice__roll", "toolu_2").catch(() => {});
    expect(asked).toHaveLength(1);
  });

  test.each([
    ["another tool", approvalOf({ toolName: "look" })],
    ["other arguments", approvalOf({ input: { sides: 20 } })],
    ["another server", approvalOf({ serverLabel: "claude-code" })],
    ["what is not known", { approvalId: "mcpr_gone", isApproved: true }],
    ["nothing", { ...approvalOf({}), isApproved: false }],
  ])("are asked about when the approval that outlived its process was for %s", (_, approval) => {
    const { decide, asked } = openPolicy({
      mcpServers: [{ ...DICE, approval: { type: "always" } }],
      approvals: [approval],
    });
    void decide("mcp__dice__roll").catch(() => {});
    expect(asked).toHaveLength(1);
  });

  test("that nobody waits for any more are given up", async () => {
    const { decide, policy } = openPolicy({ mcpServers: [{ ...DICE, approval: { type: "always" } }] });
    const gone = new AbortController();
    const waiting = decide("mcp__dice__roll", "toolu_1", gone.signal);
    gone.abort(new Error("interrupted"));
    await expect(waiting).rejects.toThrow("interrupted");
    expect(policy.openApprovalIds).toEqual([]);
  });
});
