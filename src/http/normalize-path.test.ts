import { expect, test } from "vitest";

import { normalizePath } from "./normalize-path.ts";

test.each([
  ["/", "/"],
  ["//", "/"],
  ["/v1/chat/completions", "/v1/chat/completions"],
  ["/v1//chat/completions", "/v1/chat/completions"],
  ["//v1/chat//completions//", "/v1/chat/completions"],
  ["/v1/chat/completions/", "/v1/chat/completions"],
  ["/v1/models/", "/v1/models"],
  ["/v1/models/sonnet/", "/v1/models/sonnet"],
  ["/v1/models/team%2Fx/", "/v1/models/team%2Fx"],
  ["/v1/v1/messages", "/v1/messages"],
  ["/v1/v1/v1/messages/count_tokens", "/v1/messages/count_tokens"],
  ["/v1/v1", "/v1"],
  ["/chat/completions", "/v1/chat/completions"],
  ["/completions", "/v1/completions"],
  ["/responses/resp_1/cancel", "/v1/responses/resp_1/cancel"],
  ["/models", "/v1/models"],
  ["/models/sonnet", "/v1/models/sonnet"],
  ["/messages/count_tokens", "/v1/messages/count_tokens"],
  ["/embeddings", "/v1/embeddings"],
  ["/modelsx", "/modelsx"],
  ["/v10/models", "/v10/models"],
  ["/conversations", "/conversations"],
  ["/conversations/", "/conversations/"],
  ["/conversations/a//b/", "/conversations/a//b/"],
  ["//conversations/a", "/conversations/a"],
  ["/v1/conversations/conv_1/items/", "/v1/conversations/conv_1/items"],
  ["/health/", "/health"],
  ["/approvals//stream", "/approvals/stream"],
])("%s is %s", (path, meant) => {
  expect(normalizePath(path)).toBe(meant);
});
