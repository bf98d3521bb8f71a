import type { Client } from "../client.ts";
import { keyLine } from "../key-line.ts";
import { KEY_VARIABLE } from "../target.ts";

/** Codex 0.169: it speaks Responses only, and takes the key from a variable. */
export const codex: Client = {
  name: "codex",
  title: "Codex",
  documentation: [
    "https://developers.openai.com/codex/config-reference",
    "https://developers.openai.com/codex/config-advanced#custom-model-providers",
  ],
  plan({ apiUrl, key, model, isDefault }, place) {
    const home = place.environment["CODEX_HOME"] || place.join(place.home, ".codex");
    const export_ = keyLine(place, key);
    const flags = isDefault ? "" : ` -c model_provider=turnpike --model ${model.id}`;
    return {
      files: [
        {
          path: place.join(home, "config.toml"),
          format: "toml",
          content: () => ({
            ...(isDefault && { model: model.id, model_provider: "turnpike" }),
            model_providers: {
              turnpike: {
                name: "Turnpike",
                base_url: apiUrl,
                env_key: KEY_VARIABLE,
                env_key_instructions: `Before you start Codex: ${export_}`,
                wire_api: "responses",
                supports_websockets: true,
              },
            },
          }),
        },
      ],
      key: `Codex takes it from the variable ${KEY_VARIABLE}; it is written nowhere.`,
      start: [export_, `codex${flags}`],
      notes: [
        "Codex does not know the models' metadata and says so; docs/clients.md tells how to give it a catalogue.",
      ],
    };
  },
};
