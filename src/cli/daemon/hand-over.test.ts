import { expect, test } from "vitest";

import { isSupervised } from "./hand-over.ts";

const IDS = { pid: 70, ppid: 60 };

test.each([
  ["a terminal", {}, IDS, false],
  ["a terminal of a unit", { SYSTEMD_EXEC_PID: "50" }, IDS, false],
  ["systemd", { SYSTEMD_EXEC_PID: "70" }, IDS, true],
  ["a shell or an init that systemd started", { SYSTEMD_EXEC_PID: "60" }, IDS, true],
  ["an application of macOS", { XPC_SERVICE_NAME: "0" }, IDS, false],
  ["a container without an init", {}, { pid: 1, ppid: 0 }, true],
  ["who says that it does so", { TURNPIKE_SUPERVISED: "1" }, IDS, true],
  ["who says that it does not", { TURNPIKE_SUPERVISED: "0" }, IDS, false],
])("whether what has started it starts it again: %s", (_, environment, ids, expected) => {
  expect(isSupervised(environment, ids)).toBe(expected);
});
