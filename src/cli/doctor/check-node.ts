import { type Check, ok } from "./check.ts";

/** The launcher has refused one that is too old. */
export const checkNode: Check = {
  name: "Node",
  run: async () => [ok(`${process.versions.node} on ${process.platform}-${process.arch}`)],
};
