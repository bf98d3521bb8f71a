import type { Client } from "../client.ts";
import { KEY_VARIABLE } from "../target.ts";

/** Qwen Code 0.24. */
export const qwen: Client = {
  name: "qwen",
  aliases: ["qwen-code"],
  title: "Qwen Code",
  documentation: [
    "https://qwenlm.github.io/qwen-code-docs/en/users/configuration/model-providers/",
    "https://qwenlm.github.io/qwen-code-docs/en/users/configuration/settings/",
    "https://qwenlm.github.io/qwen-code-docs/en/users/configuration/auth/",
  ],
  plan({ apiUrl, key, models, model, isDefault }, place) {
    const folder = place.environment["QWEN_HOME"] || place.join(place.home, ".qwen");
    const secrets = place.join(folder, ".env");
    return {
      files: [
        {
          path: place.join(folder, "settings.json"),
          format: "jsonc",
          content: () => ({
            modelProviders: {
              openai: models.map(({ id, contextTokens }) => ({
                id,
                name: `${id} (Turnpike)`,
                baseUrl: apiUrl,
                envKey: KEY_VARIABLE,
                generationConfig: { contextWindowSize: contextTokens },
              })),
            },
            ...(isDefault && {
              security: { auth: { selectedType: "openai" } },
              model: { name: model.id },
            }),
          }),
        },
        {
          path: secrets,
          format: "env",
          holdsKey: true,
          content: () => ({ [KEY_VARIABLE]: key.value }),
        },
      ],
      key: `It is in ${secrets}, where Qwen Code keeps its keys, for this user only.`,
      start: [isDefault ? "qwen" : `qwen --auth-type openai --model ${model.id}`],
    };
  },
};
