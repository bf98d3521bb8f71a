import { describe, expect, test } from "vitest";

import { keptResponse } from "./response-fixtures.ts";
import type { ResponseBed } from "./response-store.ts";
import { ALICE, BOB } from "./store-fixtures.ts";

export function describeChains(bed: ResponseBed): void {
  const idsOf = async (id: string) =>
    (await bed.store.responses.loadChain(ALICE, id))?.map((response) => response.id);

  describe("a chain of responses", () => {
    test("comes back from its first response on, and branches have their own", async () => {
      const { responses } = bed.store;
      await responses.createResponse(keptResponse("a"));
      await responses.createResponse(keptResponse("b", { previousId: "a" }));
      await responses.createResponse(keptResponse("c", { previousId: "b" }));
      await responses.createResponse(keptResponse("d", { previousId: "a" }));
      expect(await idsOf("a")).toEqual(["a"]);
      expect(await idsOf("c")).toEqual(["a", "b", "c"]);
      expect(await idsOf("d")).toEqual(["a", "d"]);
      expect(await responses.loadChain(ALICE, "d")).toEqual([
        keptResponse("a"),
        keptResponse("d", { previousId: "a" }),
      ]);
      expect(await idsOf("none")).toBeUndefined();
    });

    test("may be hundreds of responses long", async () => {
      const { responses } = bed.store;
      for (let index = 0; index < 300; index++) {
        const previous = index === 0 ? {} : { previousId: `r${index - 1}` };
        await responses.createResponse(keptResponse(`r${index}`, previous));
      }
      expect(await idsOf("r299")).toEqual(Array.from({ length: 300 }, (_, index) => `r${index}`));
    });

    test("with a gap is none", async () => {
      const { responses } = bed.store;
      await responses.createResponse(keptResponse("a"));
      await responses.createResponse(keptResponse("b", { previousId: "a" }));
      await responses.createResponse(keptResponse("c", { previousId: "b" }));
      await responses.deleteResponse(ALICE, "a");
      expect(await idsOf("c")).toBeUndefined();
      expect(await idsOf("b")).toBeUndefined();
    });

    test("does not reach into another principal's", async () => {
      const { responses } = bed.store;
      await responses.createResponse(keptResponse("a", { principalId: BOB }));
      await responses.createResponse(keptResponse("b", { previousId: "a" }));
      expect(await idsOf("b")).toBeUndefined();
    });
  });
}
