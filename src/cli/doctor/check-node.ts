import { type CheckOfMachine, ok } from "./check.ts";

/** The launcher has already refused a version that is too old. */
export const checkNode: CheckOfMachine = {
  name: "Node",
  run: async () => [ok(`${process.versions.node} on ${process.platform}-${process.arch}`)],
};
