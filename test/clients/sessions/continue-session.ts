import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { stringify } from "yaml";

import { toolUse } from "../../../src/demo/build-reply.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { runProgram } from "../run-program.ts";
import { startDeadEnd } from "../start-dead-end.ts";
import { TEMPERATURE } from "./note-tools.ts";
import { type ProgramClient, type ProgramPlace, roundEnd } from "./program-session.ts";

export const continueSession: ProgramClient = {
  name: "continue",
  write: (file, content) => toolUse("Write", { filepath: file, content: `${content}\n` }),
  temperature: TEMPERATURE,
  triesAtLimit: 1,
  forgetsUnanswered: true,
  async open({ command, args }, place) {
    const internet = await startDeadEnd(place.onEnd);
    const home = await makeFolder(place.onEnd);
    const config = join(home, "config.yaml");
    await writeFile(config, stringify(configFor(place)));
    const environment = {
      HOME: home,
      CONTINUE_GLOBAL_DIR: join(home, ".continue"),
      CONTINUE_TELEMETRY_ENABLED: "0",
      // It asks its maker's server about the account even without one.
      CONTINUE_API_BASE: internet.url,
      ...internet.environment,
    };
    let isFirst = true;
    return {
      async say(prompt) {
        const which = isFirst ? [] : ["--resume"];
        const end = await runProgram(
          command,
          [...args, "--print", "--config", config, "--auto", ...which, prompt],
          { folder: place.folder, environment, onEnd: place.onEnd },
        );
        isFirst = false;
        return roundEnd(end, internet.attempts);
      },
    };
  },
};

function configFor({ url, apiKey, model }: ProgramPlace): object {
  return {
    name: "Turnpike",
    version: "1.0.0",
    schema: "v1",
    models: [
      {
        name: model,
        provider: "openai",
        model,
        apiBase: `${url}/v1`,
        apiKey,
        roles: ["chat"],
        capabilities: ["tool_use"],
        defaultCompletionOptions: { temperature: TEMPERATURE },
      },
    ],
  };
}
