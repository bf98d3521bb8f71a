import { expect, test } from "vitest";

import { meantClient } from "./meant-client.ts";

test.each([
  ["curl", "curl/8.14.1"],
  ["CURL/8", "curl/8.14.1"],
  ["curl/7.88.1", "curl/7.88.1"],
  ["curl/9", "curl/9"],
  ["mozilla", "Mozilla/5.0 (X11)"],
])("%s means %s", (typed, client) => {
  const clients = [null, "OpenAI/Python 2.1", "curl/8.14.1", "curl/7.88.1", "Mozilla/5.0 (X11)"];
  expect(meantClient(typed, clients)).toBe(client);
});
