import { valueAt } from "../../../config/sources/value-at.ts";
import { isRecord } from "../../../lib/is-record.ts";
import { ClientConflict } from "../client-conflict.ts";
import type { Client } from "../client.ts";
import { splitPath } from "../client-place.ts";
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
  plan({ apiUrl, key, models, model, smallModel, file }, place) {
    const named = place.environment["CONFIG_PATH"] ?? "";
    // A path on the web is not one to write to.
    const own = /^$|:\/\//.test(named) ? place.join(place.folder, "librechat.yaml") : named;
    const path = file ?? own;
    const isFound = path === own || splitPath(place, path).name === "librechat.yaml";
    const ordered = [model, ...models.filter((one) => one !== model)];
    return {
      files: [
        {
          path,
          format: "yaml",
          content: (existing) => {
            checkEndpoints(valueAt(existing, ["endpoints", "custom"]), apiUrl);
            return {
              ...("version" in existing ? {} : { version: "1.2.8" }),
              endpoints: {
                custom: [
                  {
                    name: "Turnpike",
                    apiKey: OUR_KEY,
                    baseURL: apiUrl,
                    models: { default: ordered.map(({ id }) => id), fetch: true },
                    titleConvo: true,
                    titleModel: smallModel.id,
                    modelDisplayLabel: "Turnpike",
                  },
                ],
              },
            };
          },
        },
      ],
      steps: [
        `Add to the .env file of LibreChat: ${KEY_VARIABLE}=…, which is ${whereKeyIs(key)}.`,
        `With Docker, mount ${file === undefined ? "librechat.yaml" : `${file} as /app/librechat.yaml`} (docker-compose.override.yml).`,
        ...(isFound ? [] : [`Without Docker, add to it CONFIG_PATH=${path}, too.`]),
        ...whereFromContainer(apiUrl),
        "Start LibreChat anew.",
      ],
      key: `LibreChat takes it from the variable ${KEY_VARIABLE}; it is not written here.`,
      start: ["docker compose up -d --force-recreate api"],
    };
  },
};

const OUR_KEY = `\${${KEY_VARIABLE}}`;

/** @throws ClientConflict for a person's own endpoint of our name: LibreChat tells them apart by their names */
function checkEndpoints(endpoints: unknown, apiUrl: string): void {
  const list: readonly unknown[] = Array.isArray(endpoints) ? endpoints : [];
  const theirs = list.find(
    (one) =>
      isRecord(one) && one["name"] === "Turnpike" && one["apiKey"] !== OUR_KEY && one["baseURL"] !== apiUrl,
  );
  if (theirs === undefined) return;
  throw new ClientConflict(
    'it has an endpoint "Turnpike" of your own, with another address and key. Give that another name.',
  );
}
