import { expect, test } from "vitest";

import { maskSecret } from "./mask-secret.ts";

test("a long key keeps its ends, a short one nothing", () => {
  expect(maskSecret("tp-abcdefghijklmnop")).toBe("tp-***mnop");
  expect(maskSecret("hunter2")).toBe("***");
});

test("of a URL only the password goes", () => {
  expect(maskSecret("postgres://ada:s3cret@db/turnpike")).toBe("postgres://ada:***@db/turnpike");
  expect(maskSecret("postgres://ada@db/turnpike")).toBe("postgres://ada@db/turnpike");
  expect(maskSecret("postgres://db/x?user=a&password=s3cret&ssl=1")).toBe(
    "postgres://db/x?user=a&password=***&ssl=1",
  );
});
