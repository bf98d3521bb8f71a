import { expect, test } from "vitest";

import { EVENTS, keptResponse } from "./response-fixtures.ts";
import type { ResponseBed } from "./response-store.ts";
import { ALICE, BOB } from "./store-fixtures.ts";

export function describeUnfinished(bed: ResponseBed): void {
  test("what a dead server left unfinished is failed, once; what had ended stays", async () => {
    const ended = keptResponse("ended", { status: "completed", hasStream: true });
    const running = keptResponse("running", { isBackground: true, hasStream: true });
    const waiting = keptResponse("waiting", { status: "queued", isBackground: true, principalId: BOB });
    for (const each of [ended, running, waiting]) await bed.store.responses.createResponse(each);
    await bed.store.responses.updateResponse("ended", { status: "completed", body: {}, events: EVENTS });
    await bed.reopen();

    const { responses } = bed.store;
    const seen: string[] = [];
    const fail = () =>
      responses.failUnfinished((response) => {
        seen.push(response.id);
        return { body: { ...response.body, status: "failed" }, event: { type: "response.failed" } };
      });
    expect(await fail()).toBe(2);
    expect(seen.toSorted()).toEqual(["running", "waiting"]);
    const failed = { status: "failed", body: { status: "failed", object: "response" } };
    expect(await responses.findResponse(ALICE, "running")).toMatchObject(failed);
    expect(await responses.findResponse(BOB, "waiting")).toMatchObject(failed);
    expect(await responses.loadEvents(ALICE, "running")).toEqual([{ type: "response.failed" }]);
    expect(await responses.loadEvents(BOB, "waiting")).toBeUndefined();
    expect(await responses.findResponse(ALICE, "ended")).toMatchObject({ status: "completed" });
    expect(await responses.loadEvents(ALICE, "ended")).toEqual(EVENTS);
    expect(await fail()).toBe(0);
  });
}
