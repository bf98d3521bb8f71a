import { expect, test } from "vitest";

import type { AppContext } from "./app-env.ts";
import { clientAddress } from "./client-address.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::9", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  [undefined, ""],
])("clients at %s are counted by %s", (remoteAddress, counted) => {
  // Proof for the cast: nothing else of it is read.
  const context = { env: { incoming: { socket: { remoteAddress } } } } as unknown as AppContext;
  expect(clientAddress(context)).toBe(counted);
});
