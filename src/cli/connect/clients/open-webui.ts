import type { Client } from "../client.ts";
import { keyLine, whereKeyIs } from "../key-line.ts";
import { variableLine } from "../client-place.ts";
import { whereFromContainer } from "../where-from-container.ts";

/** Open WebUI: it keeps its settings in its database; variables count at its first start only. */
export const openWebui: Client = {
  name: "open-webui",
  aliases: ["openwebui"],
  title: "Open WebUI",
  documentation: [
    "https://docs.openwebui.com/getting-started/quick-start/starting-with-openai-compatible",
    "https://docs.openwebui.com/getting-started/env-configuration#openai",
  ],
  plan({ apiUrl, key, smallModel }, place) {
    return {
      steps: [
        "Admin Panel, Settings, Connections, OpenAI API: add a connection.",
        `URL: ${apiUrl}`,
        `API key: ${whereKeyIs(key)}`,
        `Settings, Interface: set the task model to ${smallModel.id}.`,
        ...whereFromContainer(apiUrl),
        "Or, before its very first start, in a shell:",
      ],
      key: "Open WebUI keeps it in its database.",
      start: [
        variableLine(place, "OPENAI_API_BASE_URL", apiUrl),
        keyLine(place, key, "OPENAI_API_KEY"),
        variableLine(place, "ENABLE_OLLAMA_API", "false"),
        "open-webui serve",
      ],
    };
  },
};
