import { expect, test } from "vitest";

import { uniqueItemIds } from "./unique-item-ids.ts";

const message = (id: unknown) => ({ type: "message", id });

test("an id that is taken, or came twice, gets a number behind it", () => {
  const items = [message("a"), message("b"), message("b"), message("b_2"), message("c")];
  expect(uniqueItemIds(items, ["a", "a_2"])).toEqual([
    { id: "a_3", item: message("a_3") },
    { id: "b", item: message("b") },
    { id: "b_2", item: message("b_2") },
    { id: "b_2_2", item: message("b_2_2") },
    { id: "c", item: message("c") },
  ]);
});

test("an item without an id gets one", () => {
  expect(uniqueItemIds([{ type: "message" }, message(5)]).map(({ id }) => id)).toEqual(["item_0", "item_1"]);
});
