import { expect, test } from "vitest";

import { StopRequests } from "./stop-requests.ts";

const STOP = { isNow: false, isRestart: false };
const RESTART = { isNow: true, isRestart: true };

test("who asks for a restart of a server that ends is refused; one that restarts is told so again", async () => {
  const stops = new StopRequests();
  stops.add(STOP);
  expect(() => stops.add(RESTART)).toThrow(/is ending already/);
  stops.add({ ...STOP, isNow: true });
  expect(await stops.first).toBe(STOP);

  const restarting = new StopRequests();
  restarting.add(RESTART);
  restarting.add(STOP);
  restarting.add(RESTART);
  expect(await restarting.first).toBe(RESTART);

  const bound = new StopRequests();
  bound.refuseRestart("It belongs to a chat.");
  expect(() => bound.add(RESTART)).toThrow("It belongs to a chat.");
});
