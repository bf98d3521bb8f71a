import { expect, test } from "vitest";

import { FairQueue } from "./fair-queue.ts";

const all = () => true;

test("owners take turns, and each owner's items keep their order", () => {
  const queue = new FairQueue<string>();
  for (const item of ["a1", "a2", "a3"]) queue.add("a", item);
  queue.add("b", "b1");
  const taken = [1, 2, 3, 4, 5].map(() => queue.take(all));
  expect(taken).toEqual(["a1", "b1", "a2", "a3", undefined]);
});

test("who may have none now is passed over and keeps its place", () => {
  const queue = new FairQueue<string>();
  queue.add("a", "a1");
  queue.add("b", "b1");
  expect(queue.take((owner) => owner !== "a")).toBe("b1");
  expect(queue.take((owner) => owner !== "a")).toBeUndefined();
  expect(queue.take(all)).toBe("a1");
});

test("an item that is no longer wanted is taken out", () => {
  const queue = new FairQueue<string>();
  queue.add("a", "a1");
  queue.add("a", "a2");
  queue.remove("a", "a1");
  queue.remove("b", "b1");
  expect(queue.countOf("a")).toBe(1);
  expect(queue.clear()).toEqual(["a2"]);
  expect(queue.take(all)).toBeUndefined();
});
