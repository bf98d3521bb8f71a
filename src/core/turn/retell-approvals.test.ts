import { expect, test } from "vitest";

import { message } from "../../../test/conformance/store-fixtures.ts";
import { turnInput } from "../../../test/engine/turn-input.ts";
import type { Message } from "../words/message.ts";
import { retellApprovals } from "./retell-approvals.ts";
import { NO_SERVER_TOOLS, type ToolApproval } from "../words/server-tools.ts";

const call = { serverLabel: "claude-code", toolName: "Bash", input: { command: "npm test" } };
const remote = { serverLabel: "my dice", toolName: "roll", input: { sides: 6 } };

function retold(messages: readonly Message[], approvals: readonly ToolApproval[]) {
  return retellApprovals({ ...turnInput(messages), serverTools: { ...NO_SERVER_TOOLS, approvals } }).messages;
}

test("a turn without approvals stays as it is", () => {
  const input = turnInput([message("user", "hello")]);
  expect(retellApprovals(input)).toBe(input);
});

test("each call is named as Claude knows it, with what was decided", () => {
  const [news, ...others] = retold(
    [],
    [
      { approvalId: "1", isApproved: true, call },
      { approvalId: "2", isApproved: false, reason: "Not today.", call: remote },
      { approvalId: "3", isApproved: true },
    ],
  );
  expect(others).toEqual([]);
  expect(news?.role).toBe("system");
  const text = JSON.stringify(news?.content).replaceAll('\\"', "'");
  expect(text).toContain("approved: Bash with the arguments {'command':'npm test'}");
  expect(text).toContain("not approved: mcp__my_dice__roll with the arguments {'sides':6}");
  expect(text).toContain("The person says: Not today.");
  expect(text).toContain("approved: a call.");
});

test("results stay in front of it, and words follow", () => {
  const result: Message = { role: "tool", content: [{ type: "tool-result", callId: "c", content: [] }] };
  const messages = retold([result, message("user", "go on")], [{ approvalId: "1", isApproved: true, call }]);
  expect(messages.map(({ role }) => role)).toEqual(["tool", "system", "user"]);
});
