import { beforeEach } from "vitest";

import type { Turnpike } from "./start-turnpike.ts";

/**
 * Lets the tests of a file share a server without minding each other: before each one the scripted model forgets what it was
 * told and asked, and the spares stand again.
 */
export function startEachTestAfresh(shared: () => Turnpike): void {
  beforeEach(async () => {
    shared().upstream.clear();
    await shared().until(({ spares }) => spares.ready === spares.limit);
  });
}
