import { beforeAll, expect } from "vitest";

import { postTurn } from "../integration/post-turn.ts";
import type { Turnpike } from "../integration/start-turnpike.ts";
import type { shareBrowser, Visit } from "./open-browser.ts";
import { becomeAdmin } from "./people.ts";

type StorageState = Awaited<ReturnType<Visit["context"]["storageState"]>>;

/** What a browser keeps in which the first administrator is signed in. The server has served one turn. */
export function shareAdmin(
  shared: () => Turnpike,
  browser: ReturnType<typeof shareBrowser>,
): () => StorageState {
  let state: StorageState;
  beforeAll(async () => {
    const first = await browser.visit(shared().url);
    await becomeAdmin(shared(), first.context.request);
    state = await first.context.storageState();
    await first.context.close();
    expect((await postTurn(shared(), "chat", "Hello")).status).toBe(200);
  });
  return () => state;
}
