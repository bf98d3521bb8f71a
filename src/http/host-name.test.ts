import { expect, test } from "vitest";

import { bareHostName, isLoopbackName, parseHostName } from "./host-name.ts";

test.each([
  ["localhost", "localhost"],
  ["LocalHost.:8080", "localhost"],
  ["127.0.0.1:80", "127.0.0.1"],
  ["0x7f.1", "127.0.0.1"],
  ["[::1]:8080", "::1"],
  ["[0:0:0:0:0:0:0:1]", "::1"],
  ["turnpike.example", "turnpike.example"],
  ["", undefined],
  ["localhost:99999", undefined],
  ["localhost@evil.example", undefined],
  ["evil.example/localhost", undefined],
  ["evil.example#localhost", undefined],
  ["evil.example\\localhost", undefined],
  ["evil example", undefined],
])("the Host %j names %j", (header, name) => {
  expect(parseHostName(header)).toBe(name);
});

test("only this machine's own names are loopback", () => {
  for (const name of ["localhost", "127.0.0.1", "127.9.9.9", "::1", bareHostName("[::1]")]) {
    expect(isLoopbackName(name), name).toBe(true);
  }
  for (const name of [
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.evil",
    "0.0.0.0",
    "::",
    "::2",
  ]) {
    expect(isLoopbackName(name), name).toBe(false);
  }
});
