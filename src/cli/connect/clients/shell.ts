import type { Client } from "../client.ts";
import { keyLine } from "../key-line.ts";
import { noVariableLine, variableLine } from "../client-place.ts";

/** The variables that the SDKs of OpenAI and Anthropic, and what is built on them, read. */
export const shell: Client = {
  name: "shell",
  aliases: ["env", "openai", "sdk"],
  title: "The shell's environment",
  documentation: [
    "https://github.com/openai/openai-node#readme",
    "https://github.com/openai/openai-python#readme",
    "https://github.com/anthropics/anthropic-sdk-typescript#readme",
  ],
  plan({ url, apiUrl, key, model }, place) {
    return {
      key: "Your shell holds it, for as long as it is open.",
      start: [
        variableLine(place, "OPENAI_BASE_URL", apiUrl),
        variableLine(place, "OPENAI_API_BASE", apiUrl),
        keyLine(place, key, "OPENAI_API_KEY"),
        variableLine(place, "OPENAI_MODEL", model.id),
        variableLine(place, "ANTHROPIC_BASE_URL", url),
        keyLine(place, key, "ANTHROPIC_AUTH_TOKEN"),
        // It would be sent to this server beside the other.
        noVariableLine(place, "ANTHROPIC_API_KEY"),
      ],
    };
  },
};
