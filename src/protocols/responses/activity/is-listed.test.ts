import { expect, test } from "vitest";

import type { McpTools } from "../../../core/words/turn-event.ts";
import type { WireItem } from "../responses-request.ts";
import { isListed } from "./is-listed.ts";

const ROLL = { name: "roll", description: "Rolls.", inputSchema: { type: "object", properties: {} } };
const SHAKE = { name: "shake", inputSchema: { type: "object" } };
const NOW: McpTools = { type: "mcp-tools", serverLabel: "dice", tools: [ROLL, SHAKE] };

function list(tools: readonly object[] | undefined, label = "dice"): WireItem {
  return { type: "mcp_list_tools", id: "mcpl_1", server_label: label, tools };
}

const WIRE_ROLL = {
  name: "roll",
  description: "Rolls.",
  input_schema: { properties: {}, type: "object" },
  annotations: { read_only: false },
};
const WIRE_SHAKE = { name: "shake", description: null, input_schema: { type: "object" } };
const SAME = list([WIRE_SHAKE, WIRE_ROLL]);
const MESSAGE: WireItem = { type: "message", role: "user", content: "hello" };

test.each<[string, readonly WireItem[], boolean]>([
  ["nothing", [], false],
  ["the same list, whatever its order", [MESSAGE, SAME, MESSAGE], true],
  ["that of another server", [list([WIRE_ROLL, WIRE_SHAKE], "cards")], false],
  ["fewer tools", [list([WIRE_ROLL])], false],
  ["another description", [list([{ ...WIRE_ROLL, description: "Rolls it." }, WIRE_SHAKE])], false],
  ["another schema", [list([{ ...WIRE_ROLL, input_schema: {} }, WIRE_SHAKE])], false],
  ["the same, and another after it", [SAME, list([WIRE_ROLL])], false],
  ["another, and the same after it", [list([WIRE_ROLL]), SAME], true],
  ["the same in front of a compaction", [SAME, { type: "compaction", encrypted_content: "x" }], false],
  ["a list without tools", [list(undefined)], false],
])("%s in the context", (_, items, expected) => {
  expect(isListed(items, NOW)).toBe(expected);
});
