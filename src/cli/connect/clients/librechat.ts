import type { Client } from "../client.ts";
import { whereKeyIs } from "../key-line.ts";
import { KEY_VARIABLE } from "../target.ts";
import { whereFromContainer } from "../where-from-container.ts";

/** LibreChat 0.8: its file lies in the folder that it is started in. */
export const librechat: Client = {
  name: "librechat",
  title: "LibreChat",
  documentation: [
    "https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/custom_endpoint",
    "https://www.librechat.ai/docs/quick_start/custom_endpoints",
  ],
  plan({ apiUrl, key, models, model, smallModel }, place) {
    const named = place.environment["CONFIG_PATH"] ?? "";
    const ordered = [model, ...models.filter((one) => one !== model)];
    return {
      files: [
        {
          // A path on the web is not one to write to.
          path: /^$|:\/\//.test(named) ? place.join(place.folder, "librechat.yaml") : named,
          format: "yaml",
          content: (existing) => ({
            ...("version" in existing ? {} : { version: "1.2.8" }),
            endpoints: {
              custom: [
                {
                  name: "Turnpike",
                  apiKey: `\${${KEY_VARIABLE}}`,
                  baseURL: apiUrl,
                  models: { default: ordered.map(({ id }) => id), fetch: true },
                  titleConvo: true,
                  titleModel: smallModel.id,
                  modelDisplayLabel: "Turnpike",
                },
              ],
            },
          }),
        },
      ],
      steps: [
        `Add to the .env file of LibreChat: ${KEY_VARIABLE}=…, which is ${whereKeyIs(key)}.`,
        "With Docker, mount librechat.yaml (docker-compose.override.yml).",
        ...whereFromContainer(apiUrl),
        "Start LibreChat anew.",
      ],
      key: `LibreChat takes it from the variable ${KEY_VARIABLE}; it is not written here.`,
      start: ["docker compose up -d --force-recreate api"],
    };
  },
};
