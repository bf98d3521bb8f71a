import { expect, test } from "vitest";

import { RequestError } from "../../request-error.ts";
import { referencedIdsOf, resolveReferences } from "./resolve-references.ts";

const message = { type: "message", id: "msg_1", role: "user", content: "Hi" };
const reference = (id: string) => ({ type: "item_reference", id });
const find = (id: string) => (id === "msg_1" ? message : undefined);

test("references become their items, in their places", () => {
  const other = { type: "message", role: "user", content: "Bye" };
  expect(resolveReferences([reference("msg_1"), other], find)).toEqual([message, other]);
  expect([...referencedIdsOf([reference("msg_1"), other])]).toEqual(["msg_1"]);
});

test("an unknown one is refused", () => {
  expect(() => resolveReferences([reference("msg_2")], find)).toThrow(RequestError);
  expect(() => resolveReferences([reference("msg_2")])).toThrow("Item with id 'msg_2' not found.");
});

test("what Claude Code did by itself may be named by its call", () => {
  const items = [reference("msg_1"), reference("call_act_toolu_1"), reference("sh_act_abc_1")];
  expect(resolveReferences(items, find)).toEqual([message]);
});
