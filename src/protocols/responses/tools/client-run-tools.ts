import type { ClientTool } from "../../../core/words/client-tool.ts";

/** Declarations of OpenAI's predefined tools, which clients send without one; `read-call-item.ts` reads their calls. */

export const SHELL_TOOL: ClientTool = {
  name: "shell",
  description:
    "Runs shell commands on the user's machine, one after the other, each in a shell of its own, and returns the output and the exit code of each.",
  inputSchema: {
    type: "object",
    properties: {
      commands: { type: "array", items: { type: "string" }, description: "The commands to run, in order." },
      timeout_ms: { type: "integer", description: "How long all of them may take, in milliseconds." },
      max_output_length: {
        type: "integer",
        description: "How many characters of output to return at most for each command.",
      },
    },
    required: ["commands"],
    additionalProperties: false,
  },
  isStrict: true,
};

export const LOCAL_SHELL_TOOL: ClientTool = {
  name: "local_shell",
  description: "Runs one program on the user's machine and returns its output.",
  inputSchema: {
    type: "object",
    properties: {
      command: {
        type: "array",
        items: { type: "string" },
        description: 'The program and its arguments, such as ["bash", "-lc", "ls | wc -l"].',
      },
      env: {
        type: "object",
        additionalProperties: { type: "string" },
        description: "Environment variables to set.",
      },
      timeout_ms: { type: "integer", description: "How long it may take, in milliseconds." },
      user: { type: "string", description: "The user to run it as." },
      working_directory: { type: "string", description: "The folder to run it in." },
    },
    required: ["command"],
    additionalProperties: false,
  },
  isStrict: true,
};

export const APPLY_PATCH_TOOL: ClientTool = {
  name: "apply_patch",
  description: [
    "Creates, changes or deletes one file in the user's workspace.",
    "`diff` is in the V4A format. In `create_file` each line of the new file begins with `+`.",
    "In `update_file` each changed place begins with a line `@@`, which may name the class or function that it is in",
    "(`@@ def main():`); then come lines that stay, each after a space, lines to remove, each after `-`, and lines to add, each",
    "after `+`. Give three lines that stay before and after a change. `delete_file` needs no diff.",
  ].join(" "),
  inputSchema: {
    type: "object",
    properties: {
      type: { type: "string", enum: ["create_file", "update_file", "delete_file"] },
      path: { type: "string", description: "The path of the file, relative to the workspace." },
      diff: { type: "string", description: "The content or the changes; not with delete_file." },
    },
    required: ["type", "path"],
    additionalProperties: false,
  },
  isStrict: true,
};
