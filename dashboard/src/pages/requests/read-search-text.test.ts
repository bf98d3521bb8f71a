import { expect, test } from "vitest";

import { readSearchText } from "./read-search-text.ts";

test.each([
  ["talk-1", { conversation: "talk-1" }],
  ["status:429 key:key_1", { status: "429", principal: "key_1" }],
  ['client:"my program/1.0" error:any', { client: "my program/1.0", error: "any" }],
  ["slower:5s", { slower_than_ms: "5000" }],
  ["slower:1.5m", { slower_than_ms: "90000" }],
  ["slower:250", { slower_than_ms: "250" }],
  ["slower:fast", {}],
  ["req_0123abcd", { id: "req_0123abcd" }],
  ["chatcmpl-abc123", { id: "chatcmpl-abc123" }],
  ["resp_1 model:sonnet", { id: "resp_1", model: "sonnet" }],
  ["user:talk:1", { conversation: "user:talk:1" }],
  ["", {}],
])("%s", (typed, search) => {
  expect(readSearchText(typed)).toEqual(search);
});
