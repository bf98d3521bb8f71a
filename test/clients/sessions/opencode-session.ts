import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { toolUse } from "../../../src/demo/build-reply.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { opencodeEnvironment } from "../opencode-environment.ts";
import { runProgram } from "../run-program.ts";
import { startDeadEnd } from "../start-dead-end.ts";
import { TEMPERATURE } from "./note-tools.ts";
import { type ProgramClient, type ProgramPlace, roundEnd } from "./program-session.ts";

/** opencode by one of the AI SDK's providers: Chat Completions, or Responses. */
export function opencodeSession(provider: "@ai-sdk/openai-compatible" | "@ai-sdk/openai"): ProgramClient {
  return {
    name: `opencode ${provider}`,
    write: (file, content) => toolUse("write", { filePath: file, content: `${content}\n` }),
    temperature: TEMPERATURE,
    triesAtLimit: 1,
    async open({ command, args }, place) {
      const internet = await startDeadEnd(place.onEnd);
      const home = await makeFolder(place.onEnd);
      await writeFile(join(place.folder, "opencode.json"), JSON.stringify(configFor(place, provider)));
      const environment = opencodeEnvironment(home, internet);
      let isFirst = true;
      return {
        async say(prompt) {
          const end = await runProgram(command, [...args, "run", ...(isFirst ? [] : ["--continue"])], {
            folder: place.folder,
            environment,
            input: prompt,
            onEnd: place.onEnd,
          });
          isFirst = false;
          return roundEnd(end, internet.attempts);
        },
      };
    },
  };
}

function configFor({ url, apiKey, model }: ProgramPlace, npm: string): object {
  return {
    autoupdate: false,
    share: "disabled",
    enabled_providers: ["turnpike"],
    model: `turnpike/${model}`,
    small_model: `turnpike/${model}`,
    permission: { edit: "allow", bash: "allow", webfetch: "deny" },
    agent: { build: { temperature: TEMPERATURE } },
    provider: {
      turnpike: {
        npm,
        options: { baseURL: `${url}/v1`, apiKey, chunkTimeout: 6000 },
        models: {
          [model]: { temperature: true, tool_call: true, limit: { context: 200_000, output: 8000 } },
        },
      },
    },
  };
}
