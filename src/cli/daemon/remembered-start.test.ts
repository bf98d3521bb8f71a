import { expect, test } from "vitest";

import { withoutSecrets } from "./remembered-start.ts";

test("flags that hold secrets are left out, however they are written", () => {
  const args = [
    "--demo",
    "--api-key",
    "tp-one",
    "--api-key=tp-two",
    "--port",
    "0",
    "--database-url=postgres://a:b@c/d",
  ];
  expect(withoutSecrets(args)).toEqual({
    args: ["--demo", "--port", "0"],
    leftOut: ["--api-key", "--database-url"],
  });
});
