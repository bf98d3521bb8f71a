import { stringify } from "yaml";

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
    const existing = { ".continue/config.yaml": stringify(ownConfig(model)) };
    await connectClient("continue", { url, apiKey, home, existing }, ["--model", model]);
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

/** The person's own, which stays. */
function ownConfig(model: string): object {
  const name = `${model} (Turnpike)`;
  return { models: [{ name, defaultCompletionOptions: { temperature: TEMPERATURE } }] };
}
