import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Job } from "../../src/core/ports/job-queue.ts";
import type { NodeId } from "../../src/core/words/ids.ts";
import type { Store } from "../../src/store/open-store.ts";
import { EVENTS, keptResponse } from "./response-fixtures.ts";
import { ALICE, BOB, conversation, newTurn, outcome, turnId } from "./store-fixtures.ts";

/** A server of that name on one database, which the first one finds new and empty. */
export type OpenNode = (nodeId: NodeId) => Promise<Store>;

// Proof for the casts: any text may stand for an id in a test.
const FIRST = "node_first" as NodeId;
const SECOND = "node_second" as NodeId;
const THIRD = "node_third" as NodeId;

function job(id: string, changes: Partial<Job> = {}): Job {
  const payload = { body: { model: "sonnet", input: `question of ${id} \0` }, nameHeader: null };
  return { id, principalId: ALICE, createdAt: 1_000, payload, ...changes };
}

const failAll = (store: Store) =>
  store.responses.failUnfinished(({ id, body }) => ({
    body: { ...body, status: "failed" },
    event: { type: "response.failed", id },
  }));

/** What leases and jobs do where two servers share a database. */
export function describeJobQueue(name: string, createDatabase: () => Promise<OpenNode>): void {
  describe(`job queue and leases: ${name}`, () => {
    let first: Store;
    let second: Store;
    let third: Store;
    beforeEach(async () => {
      const open = await createDatabase();
      [first, second, third] = [await open(FIRST), await open(SECOND), await open(THIRD)];
      await first.nodes.renew(FIRST, 2_000);
      for (const id of [SECOND, THIRD]) await second.nodes.renew(id, 9_000);
    });
    afterEach(() => Promise.all([first, second, third].map((store) => store.close())));

    const queued = async (id: string, changes: Partial<Job> = {}) => {
      const { principalId } = job(id, changes);
      await first.responses.createResponse(
        keptResponse(id, { status: "queued", isBackground: true, hasStream: true, principalId }),
      );
      await first.jobs.add(job(id, changes));
    };
    const statusOf = async (id: string) => (await second.responses.findResponse(ALICE, id))?.status;

    test("while a lease lives nobody else touches what names its node; renewing makes it longer", async () => {
      const talk = conversation("c1");
      await first.beginTurn(talk, newTurn("t1", talk));
      await first.responses.createResponse(keptResponse("running"));
      await queued("waiting");
      await first.nodes.renew(FIRST, 4_000);

      expect(await second.nodes.removeExpired(3_999)).toBe(0);
      expect(await second.failAbandonedTurns(3_999)).toHaveLength(0);
      expect(await failAll(second)).toBe(0);
      expect(await second.jobs.claim(10)).toEqual([]);
      // It goes on as if there were no other.
      await first.finishTurn(turnId("t1"), outcome({ stateHash: "s1" }));
      await first.responses.updateResponse("running", { status: "completed", body: {} });
      expect(await first.jobs.begin("waiting")).toBe(true);
      expect((await second.findTurnByState(ALICE, "s1"))?.id).toBe("t1");
      expect(await statusOf("running")).toBe("completed");
    });

    test("after its end turns and responses are failed, once, and its job that had not begun is taken up, once", async () => {
      const talk = conversation("c1");
      await first.beginTurn(talk, newTurn("t1", talk));
      await second.beginTurn(conversation("c2"), newTurn("t2", conversation("c2")));
      await first.responses.createResponse(keptResponse("running", { hasStream: true }));
      await second.responses.createResponse(keptResponse("of the second"));
      await queued("begun");
      await queued("waiting");
      await first.jobs.begin("begun");

      expect(await second.nodes.removeExpired(2_000)).toBe(1);
      expect(await second.failAbandonedTurns(2_000)).toHaveLength(1);
      expect(await second.failAbandonedTurns(2_000)).toHaveLength(0);
      expect(await failAll(second)).toBe(2);
      expect(await failAll(second)).toBe(0);
      expect(await second.jobs.claim(10)).toEqual([job("waiting")]);
      expect(await second.jobs.claim(10)).toEqual([]);

      expect(await statusOf("running")).toBe("failed");
      expect(await second.responses.loadEvents(ALICE, "begun")).toEqual([
        { type: "response.failed", id: "begun" },
      ]);
      expect(await statusOf("waiting")).toBe("queued");
      expect(await statusOf("of the second")).toBe("in_progress");
    });

    test("a node that was taken for dead and comes back changes nothing that is no longer its own", async () => {
      const talk = conversation("c1");
      await first.beginTurn(talk, newTurn("t1", talk));
      await queued("begun");
      await queued("waiting");
      await first.jobs.begin("begun");
      await second.nodes.remove(FIRST);
      await second.failAbandonedTurns(2_000);
      await failAll(second);
      await second.jobs.claim(10);

      await first.nodes.renew(FIRST, 9_000);
      expect(await first.jobs.begin("waiting")).toBe(false);
      for (const id of ["begun", "waiting"]) {
        await first.responses.updateResponse(id, { status: "completed", body: {}, events: EVENTS });
      }
      await first.finishTurn(turnId("t1"), outcome({ stateHash: "s1" }));
      expect(await statusOf("begun")).toBe("failed");
      expect(await statusOf("waiting")).toBe("queued");
      expect(await second.findTurnByState(ALICE, "s1")).toBeUndefined();
      // The new holder runs it, and then it is over.
      expect(await second.jobs.begin("waiting")).toBe(true);
      expect(await second.jobs.begin("waiting")).toBe(false);
      await second.responses.updateResponse("waiting", { status: "completed", body: {}, events: EVENTS });
      await second.nodes.remove(SECOND);
      expect(await first.jobs.claim(10)).toEqual([]);
      expect(await failAll(first)).toBe(0);
      expect(await statusOf("waiting")).toBe("completed");
    });

    test("jobs are taken up in their order, no more than asked for, and each by one node only", async () => {
      for (const [id, createdAt] of [
        ["late", 3_000],
        ["early", 1_000],
        ["middle", 2_000],
      ] as const) {
        await queued(id, { createdAt });
      }
      await second.nodes.remove(FIRST);
      expect((await second.jobs.claim(2)).map(({ id }) => id)).toEqual(["early", "middle"]);
      expect(await second.jobs.claim(0)).toEqual([]);

      for (let index = 0; index < 20; index++) await queued(`more ${index}`, { createdAt: 4_000 });
      const claims = await Promise.all([second, third, second, third].map((store) => store.jobs.claim(30)));
      const ids = claims.flat().map(({ id }) => id);
      expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
      expect(ids).toHaveLength(21);
    });

    test("a job that has not begun can be withdrawn, whoever holds it; then nobody runs it", async () => {
      await queued("waiting");
      await queued("begun");
      await first.jobs.begin("begun");
      expect(await second.jobs.withdraw("begun")).toBe(false);
      expect(await second.jobs.withdraw("none")).toBe(false);
      expect(await second.jobs.withdraw("waiting")).toBe(true);
      expect(await second.jobs.withdraw("waiting")).toBe(false);
      await second.responses.updateResponse("waiting", { status: "cancelled", body: {} });
      expect(await first.jobs.begin("waiting")).toBe(false);
      expect(await statusOf("waiting")).toBe("cancelled");
    });

    test("a job goes with its response", async () => {
      await queued("deleted");
      await queued("others", { principalId: BOB });
      expect(await second.responses.deleteResponse(ALICE, "deleted")).toBe(true);
      expect(await first.jobs.begin("deleted")).toBe(false);
      await second.nodes.remove(FIRST);
      expect(await second.jobs.claim(10)).toEqual([job("others", { principalId: BOB })]);
    });
  });
}
