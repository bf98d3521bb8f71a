import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as zod from "zod";

import { toolUse } from "../../../src/demo/build-reply.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { connectClient } from "../connect-client.ts";
import { runProgram } from "../run-program.ts";
import { startDeadEnd } from "../start-dead-end.ts";
import { TEMPERATURE } from "./note-tools.ts";
import { type ProgramClient, roundEnd } from "./program-session.ts";

/** Qwen Code with what `turnpike connect` writes: Chat Completions. */
export const qwenSession: ProgramClient = {
  name: "qwen",
  write: (file, content) => toolUse("write_file", { file_path: file, content: `${content}\n` }),
  toolChoice: { type: "function", function: { name: "write_file" } },
  temperature: TEMPERATURE,
  // What fails in a stream that has begun it asks twice more.
  triesAtLimit: 3,
  async open({ command, args }, { url, apiKey, model, folder, onEnd }) {
    const internet = await startDeadEnd(onEnd);
    const home = await makeFolder(onEnd);
    const existing = { ".qwen/settings.json": JSON.stringify(OWN_SETTINGS) };
    await connectClient("qwen", { url, apiKey, home, existing }, ["--model", model]);
    await addTemperature(join(home, ".qwen", "settings.json"), model);
    await connectClient("qwen", { url, apiKey, home }, ["--model", model]);
    const environment = { HOME: home, QWEN_STREAM_IDLE_TIMEOUT_MS: "6000", ...internet.environment };
    let isFirst = true;
    return {
      async say(prompt) {
        const end = await runProgram(
          command,
          [...args, "--approval-mode", "yolo", ...(isFirst ? [] : ["--continue"]), "--prompt", prompt],
          { folder, environment, onEnd },
        );
        isFirst = false;
        return roundEnd(end, internet.attempts);
      },
    };
  },
};

/** The person's own, which stay. */
const OWN_SETTINGS = { general: { enableAutoUpdate: false }, privacy: { usageStatisticsEnabled: false } };

const settingsSchema = zod.looseObject({
  modelProviders: zod.looseObject({
    openai: zod.array(zod.looseObject({ id: zod.string(), generationConfig: zod.looseObject({}) })),
  }),
});

/** As a person does to a model that was written: one that a provider names has its sampling there, or none. */
async function addTemperature(path: string, model: string): Promise<void> {
  const settings = settingsSchema.parse(JSON.parse(await readFile(path, "utf8")));
  const ours = settings.modelProviders.openai.find(({ id }) => id === model);
  if (!ours) throw new Error(`There is no ${model} in ${path}`);
  ours.generationConfig["samplingParams"] = { temperature: TEMPERATURE };
  await writeFile(path, JSON.stringify(settings));
}
