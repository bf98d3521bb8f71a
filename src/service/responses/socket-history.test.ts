import { describe, expect, test } from "vitest";

import { SocketHistory } from "./socket-history.ts";

const small = [{ type: "message", content: "x" }];
const large = [{ type: "message", content: "x".repeat(600) }];

describe("the responses of a WebSocket", () => {
  test("are found until they are forgotten", () => {
    const history = new SocketHistory(1000);
    history.remember("resp_1", small);
    expect(history.find("resp_1")).toBe(small);
    history.forget("resp_1");
    history.forget("resp_1");
    expect(history.has("resp_1")).toBe(false);
    expect(history.find("resp_1")).toBeUndefined();
  });

  test("give way to newer ones when there are too many", () => {
    const history = new SocketHistory(1_000_000);
    for (let index = 0; index <= 64; index += 1) history.remember(`resp_${index}`, small);
    expect(history.has("resp_0")).toBe(false);
    expect(history.has("resp_1")).toBe(true);
    expect(history.has("resp_64")).toBe(true);
  });

  test("give way to newer ones when they are too large together", () => {
    const history = new SocketHistory(1000);
    history.remember("resp_1", large);
    history.remember("resp_2", small);
    expect(history.has("resp_1")).toBe(true);
    history.remember("resp_3", large);
    expect([1, 2, 3].map((index) => history.has(`resp_${index}`))).toEqual([false, true, true]);
  });

  test("the newest stays, however large it is", () => {
    const history = new SocketHistory(100);
    history.remember("resp_1", large);
    expect(history.has("resp_1")).toBe(true);
    history.remember("resp_2", large);
    expect([1, 2].map((index) => history.has(`resp_${index}`))).toEqual([false, true]);
  });
});
