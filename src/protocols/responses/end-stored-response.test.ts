import { expect, test } from "vitest";

import { toldByClaude } from "../../../test/engine/told-by-claude.ts";
import { expectResponse } from "../../../test/schema/expect-response.ts";
import { headWith } from "../../../test/schema/response-turns.ts";
import { formatStoredAsFailed } from "./end-stored-response.ts";
import { ResponseWriter } from "./output/response-writer.ts";

test("what was under way when the server ended has failed, and nothing of it is under way any more", () => {
  const writer = new ResponseWriter(headWith(), () => 2000);
  writer.start();
  const begun = toldByClaude([
    { type: "activity-start", activityId: "a", name: "WebSearch", input: { query: "tea" } },
    { type: "activity-start", activityId: "b", name: "Write", input: { file_path: "a", content: "" } },
  ]);
  for (const event of begun) writer.of(event);
  writer.of({ type: "text-delta", text: "Half" });
  const failed = formatStoredAsFailed(writer.body, {
    kind: "internal",
    message: "The server was restarted.",
  });
  const { output, status, error } = expectResponse(failed);
  expect(status).toBe("failed");
  expect(error).toEqual({ code: "server_error", message: "The server was restarted." });
  expect(output.map((item) => [item.type, "status" in item && item.status])).toEqual([
    ["web_search_call", "failed"],
    ["apply_patch_call", "completed"],
    ["message", "incomplete"],
  ]);
});
