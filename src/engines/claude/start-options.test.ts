import { expect, test } from "vitest";

import { CHAT_KIND } from "../../../test/engine/turn-fixtures.ts";
import { workerOptions } from "./start-options.ts";

function simpleIn(environment: Readonly<Record<string, string>>) {
  return workerOptions(CHAT_KIND, "/folder", { environment, upstreamRetries: 0 }).env?.["CLAUDE_CODE_SIMPLE"];
}

test("a worker is started bare, unless the operator's environment says otherwise", () => {
  expect(simpleIn({})).toBe("1");
  expect(simpleIn({ CLAUDE_CODE_SIMPLE: "0" })).toBe("0");
});
