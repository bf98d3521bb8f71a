import { randomBytes } from "node:crypto";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createSealedBox } from "./sealed-box.ts";

const box = createSealedBox(randomBytes(32));

test("any JSON comes out as it went in", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, owner) => {
      expect(box.unseal(box.seal(value, owner), owner)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("nothing of it can be read, and twice the same is not the same", () => {
  const sealed = box.seal({ thought: "a secret thought" }, "me");
  expect(Buffer.from(sealed, "base64url").toString("latin1")).not.toContain("secret");
  expect(box.seal({ thought: "a secret thought" }, "me")).not.toBe(sealed);
});

test("another owner, another server and any change find nothing", () => {
  const sealed = box.seal({ a: 1 }, "me");
  expect(box.unseal(sealed, "you")).toBeUndefined();
  expect(createSealedBox(randomBytes(32)).unseal(sealed, "me")).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.constantFrom("A", "_", "9"), (at, letter) => {
      const changed = sealed.slice(0, at) + letter + sealed.slice(at + 1);
      fc.pre(
        Buffer.from(changed.slice(5), "base64url").compare(Buffer.from(sealed.slice(5), "base64url")) !== 0,
      );
      expect(box.unseal(changed, "me")).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.string(), (junk) => {
      expect(box.unseal(junk, "me")).toBeUndefined();
    }),
  );
  expect(box.unseal("tps1_", "me")).toBeUndefined();
});
