import { expect, test } from "vitest";

import { isLoopbackHost } from "./is-loopback-host.ts";

test.each(["127.0.0.1", "127.8.9.1", "localhost", "LOCALHOST", "::1", "[::1]", "::ffff:127.0.0.1"])(
  "%s is this machine",
  (host) => expect(isLoopbackHost(host)).toBe(true),
);

test.each(["0.0.0.0", "::", "192.168.1.2", "127.example.com", "localhost.example.com", ""])(
  "%s is more than this machine",
  (host) => expect(isLoopbackHost(host)).toBe(false),
);
