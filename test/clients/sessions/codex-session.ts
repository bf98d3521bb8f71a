import { toolUse } from "../../../src/demo/build-reply.ts";
import { messagesOf, prepareCodex } from "../responses/run-codex.ts";
import type { ProgramClient } from "./program-session.ts";

/** Codex, asking again as often as it does by itself. It has no setting for a temperature. */
export const codexSession: ProgramClient = {
  name: "codex",
  write: (file, content) =>
    toolUse("apply_patch", {
      input: ["*** Begin Patch", `*** Add File: ${file}`, `+${content}`, "*** End Patch", ""].join("\n"),
    }),
  toolChoice: { type: "custom", name: "apply_patch" },
  triesAtLimit: 1,
  async open(program, { url, apiKey, model, onEnd }) {
    const codex = await prepareCodex(program, {
      url,
      apiKey,
      model,
      onEnd,
      asksAgain: true,
      streamIdleTimeoutMs: 8000,
    });
    let isFirst = true;
    return {
      async say(prompt) {
        const end = await codex.run(...(isFirst ? [] : ["resume", "--last"]), prompt);
        isFirst = false;
        return {
          answer: messagesOf(end).join("\n"),
          shown: `${end.stdout}\n${end.stderr}`,
          isGood: end.code === 0,
          strangers: codex.internet.attempts,
        };
      },
    };
  },
};
