import { readFileSync, writeFileSync } from "node:fs";

import * as zod from "zod";

import { toolUse } from "../../../src/demo/build-reply.ts";
import type { Block } from "../../../src/demo/reply.ts";

/** The temperature of all clients that have a setting for it. */
export const TEMPERATURE = 0.2;

/** A tool that a program gives to the model by an SDK. */
export interface NoteTool {
  readonly name: string;
  readonly description: string;
  readonly schema: zod.ZodObject;
  run(input: Readonly<Record<string, string>>): string;
}

/** What the program says to have the work done: enough for a session, by files alone. */
export const NOTE_TOOLS: readonly NoteTool[] = [
  {
    name: "write_file",
    description: "Writes a file",
    schema: zod.object({ path: zod.string(), content: zod.string() }),
    run({ path = "", content = "" }) {
      writeFileSync(path, content);
      return "written";
    },
  },
  {
    name: "read_file",
    description: "Reads a file",
    schema: zod.object({ path: zod.string() }),
    run: ({ path = "" }) => readFileSync(path, "utf8"),
  },
  {
    name: "replace_text",
    description: "Replaces a text in a file",
    schema: zod.object({ path: zod.string(), old: zod.string(), new: zod.string() }),
    run({ path = "", old = "", new: text = "" }) {
      writeFileSync(path, readFileSync(path, "utf8").replace(old, text));
      return "replaced";
    },
  },
];

/** The rounds by these tools. */
export function noteRounds(path: string): Block[][] {
  return [
    [toolUse("write_file", { path, content: "alpha\n" })],
    [toolUse("read_file", { path })],
    [toolUse("replace_text", { path, old: "alpha", new: "omega" })],
    [toolUse("read_file", { path })],
  ];
}

/** Runs a call as the model wrote it. */
export function runNoteTool(name: string, input: unknown): string {
  const tool = NOTE_TOOLS.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`There is no tool ${name}`);
  return tool.run(zod.record(zod.string(), zod.string()).parse(tool.schema.parse(input)));
}
