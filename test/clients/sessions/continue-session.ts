import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { parse, stringify } from "yaml";
import * as zod from "zod";

import { toolUse } from "../../../src/demo/build-reply.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { connectClient } from "../connect-client.ts";
import { runProgram } from "../run-program.ts";
import { startDeadEnd } from "../start-dead-end.ts";
import { TEMPERATURE } from "./note-tools.ts";
import { type ProgramClient, roundEnd } from "./program-session.ts";

/** Continue with what `turnpike connect` writes. */
export const continueSession: ProgramClient = {
  name: "continue",
  write: (file, content) => toolUse("Write", { filepath: file, content: `${content}\n` }),
  toolChoice: { type: "function", function: { name: "Write" } },
  temperature: TEMPERATURE,
  triesAtLimit: 1,
  forgetsUnanswered: true,
  async open({ command, args }, { url, apiKey, model, folder, onEnd }) {
    const internet = await startDeadEnd(onEnd);
    const home = await makeFolder(onEnd);
    const connect = () => connectClient("continue", { url, apiKey, home }, ["--model", model]);
    await connect();
    await addTemperature(join(home, ".continue", "config.yaml"), model);
    await connect();
    const environment = {
      HOME: home,
      CONTINUE_TELEMETRY_ENABLED: "0",
      // It asks its maker's server about the account even without one.
      CONTINUE_API_BASE: internet.url,
      ...internet.environment,
    };
    let isFirst = true;
    return {
      async say(prompt) {
        const which = isFirst ? [] : ["--resume"];
        const end = await runProgram(command, [...args, "--print", "--auto", ...which, prompt], {
          folder,
          environment,
          onEnd,
        });
        isFirst = false;
        return roundEnd(end, internet.attempts);
      },
    };
  },
};

const configSchema = zod.looseObject({ models: zod.array(zod.looseObject({ name: zod.string() })) });

/** As a person does to a model that was written; it stays when the client is connected again. */
async function addTemperature(path: string, model: string): Promise<void> {
  const config = configSchema.parse(parse(await readFile(path, "utf8")));
  const ours = config.models.find(({ name }) => name === `${model} (Turnpike)`);
  if (!ours) throw new Error(`There is no ${model} in ${path}`);
  ours["defaultCompletionOptions"] = { temperature: TEMPERATURE };
  await writeFile(path, stringify(config));
}
