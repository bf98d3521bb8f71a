import * as zod from "zod";

import { toolUse } from "../../../src/demo/build-reply.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { connectClient } from "../connect-client.ts";
import { runProgram } from "../run-program.ts";
import { startDeadEnd } from "../start-dead-end.ts";
import { type ProgramClient, roundEnd } from "./program-session.ts";

const lineSchema = zod.looseObject({
  type: zod.string(),
  session_id: zod.optional(zod.string()),
  result: zod.optional(zod.string()),
});

/** A released Claude Code with what `turnpike connect` writes. It has no setting for a temperature. */
export const claudeSession: ProgramClient = {
  name: "claude",
  write: (file, content) => toolUse("Write", { file_path: file, content: `${content}\n` }),
  toolChoice: { type: "tool", name: "Write" },
  // When a stream has failed it asks once more without one.
  triesAtLimit: 2,
  async open({ command, args }, { url, apiKey, model, folder, onEnd }) {
    const internet = await startDeadEnd(onEnd);
    const home = await makeFolder(onEnd);
    const { files } = await connectClient("claude-code", { url, apiKey, home }, ["--model", model]);
    const settings = files.flatMap(({ path }) => ["--settings", path]);
    const environment = {
      HOME: home,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      ...internet.environment,
    };
    const always = [
      ...settings,
      "--output-format",
      "stream-json",
      "--verbose",
      "--permission-mode",
      "acceptEdits",
    ];
    let session: string | undefined;
    return {
      async say(prompt) {
        const which = session === undefined ? [] : ["--resume", session];
        const end = await runProgram(command, [...args, "--print", prompt, ...which, ...always], {
          folder,
          environment,
          onEnd,
        });
        const lines = end.stdout.split("\n").filter((line) => line !== "");
        const messages = lines.map((line) => lineSchema.parse(JSON.parse(line)));
        const last = messages.findLast(({ type }) => type === "result");
        session = last?.session_id;
        return roundEnd(end, internet.attempts, last?.result ?? "");
      },
    };
  },
};
