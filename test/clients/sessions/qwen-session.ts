import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { toolUse } from "../../../src/demo/build-reply.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { runProgram } from "../run-program.ts";
import { startDeadEnd } from "../start-dead-end.ts";
import { TEMPERATURE } from "./note-tools.ts";
import { type ProgramClient, roundEnd } from "./program-session.ts";

/** Qwen Code by Chat Completions, or Responses. */
export function qwenSession(way: "openai" | "openai-responses"): ProgramClient {
  return {
    name: `qwen ${way}`,
    write: (file, content) => toolUse("write_file", { file_path: file, content: `${content}\n` }),
    temperature: TEMPERATURE,
    triesAtLimit: 1,
    async open({ command, args }, { url, apiKey, model, folder, onEnd }) {
      const internet = await startDeadEnd(onEnd);
      const home = await makeFolder(onEnd);
      await mkdir(join(home, ".qwen"));
      await writeFile(join(home, ".qwen", "settings.json"), JSON.stringify(SETTINGS));
      const environment = {
        HOME: home,
        OPENAI_API_KEY: apiKey,
        OPENAI_BASE_URL: `${url}/v1`,
        OPENAI_MODEL: model,
        QWEN_STREAM_IDLE_TIMEOUT_MS: "6000",
        ...internet.environment,
      };
      let isFirst = true;
      return {
        async say(prompt) {
          const always = ["--auth-type", way, "--approval-mode", "yolo"];
          const end = await runProgram(
            command,
            [...args, ...always, ...(isFirst ? [] : ["--continue"]), "--prompt", prompt],
            { folder, environment, onEnd },
          );
          isFirst = false;
          return roundEnd(end, internet.attempts);
        },
      };
    },
  };
}

const SETTINGS = {
  model: { generationConfig: { samplingParams: { temperature: TEMPERATURE } } },
  general: { enableAutoUpdate: false },
  privacy: { usageStatisticsEnabled: false },
};
