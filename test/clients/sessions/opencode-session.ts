import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { toolUse } from "../../../src/demo/build-reply.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { connectClient } from "../connect-client.ts";
import { opencodeEnvironment } from "../opencode-environment.ts";
import { runProgram } from "../run-program.ts";
import { startDeadEnd } from "../start-dead-end.ts";
import { TEMPERATURE } from "./note-tools.ts";
import { type ProgramClient, roundEnd } from "./program-session.ts";

/** opencode with what `turnpike connect` writes: Chat Completions by the AI SDK. */
export const opencodeSession: ProgramClient = {
  name: "opencode",
  write: (file, content) => toolUse("write", { filePath: file, content: `${content}\n` }),
  toolChoice: { type: "function", function: { name: "write" } },
  temperature: TEMPERATURE,
  triesAtLimit: 1,
  async open({ command, args }, { url, apiKey, model, folder, onEnd }) {
    const internet = await startDeadEnd(onEnd);
    const home = await makeFolder(onEnd);
    await connectClient("opencode", { url, apiKey, home }, ["--model", model]);
    await writeFile(join(folder, "opencode.json"), JSON.stringify(projectConfig(model)));
    const environment = opencodeEnvironment(home, internet);
    let isFirst = true;
    return {
      async say(prompt) {
        const end = await runProgram(command, [...args, "run", ...(isFirst ? [] : ["--continue"])], {
          folder,
          environment,
          input: prompt,
          onEnd,
        });
        isFirst = false;
        return roundEnd(end, internet.attempts);
      },
    };
  },
};

/** What a project adds to the person's settings. */
function projectConfig(model: string): object {
  return {
    share: "disabled",
    permission: { edit: "allow", bash: "allow", webfetch: "deny" },
    agent: { build: { temperature: TEMPERATURE } },
    provider: {
      turnpike: { options: { chunkTimeout: 6000 }, models: { [model]: { temperature: true } } },
    },
  };
}
