import type { ClientTool, JsonObject } from "../../src/core/words/client-tool.ts";

const NAMES = [
  "read_file",
  "search_text",
  "write_file",
  "edit_file",
  "list_folder",
  "find_files",
  "run_command",
  "fetch_page",
  "list_tasks",
  "update_task",
  "ask_person",
  "finish_work",
];

const DESCRIPTION =
  "Give a path inside the workspace and say how much of it is wanted. Prefer it to a command that does the same. ";

const SCHEMA: JsonObject = {
  type: "object",
  properties: {
    path: { type: "string", description: "Where to work, from the top of the workspace." },
    pattern: { type: "string", description: "What to look for, as a regular expression." },
    limit: { type: "integer", minimum: 1, maximum: 2000, description: "The most lines to give." },
    mode: { type: "string", enum: ["text", "lines", "summary"], description: "The form of what is given." },
    changes: {
      type: "array",
      description: "What to change, in order.",
      items: {
        type: "object",
        properties: {
          before: { type: "string" },
          after: { anyOf: [{ type: "string" }, { type: "null" }] },
          everywhere: { type: "boolean", default: false },
        },
        required: ["before", "after"],
        additionalProperties: false,
      },
    },
  },
  required: ["path"],
  additionalProperties: false,
};

/** As many tools, and about as many words about them, as coding agents declare: some 23 KB of JSON. */
export const BENCH_TOOLS: readonly ClientTool[] = NAMES.map((name) => ({
  name,
  description: `Use ${name} whenever its name says what is needed. ${DESCRIPTION.repeat(10)}`,
  inputSchema: SCHEMA,
}));
