import type { ContentObject } from "../../../config/edit/content.ts";
import { ownElements } from "../../../config/edit/content-rules.ts";
import { valueAt } from "../../../config/sources/value-at.ts";
import { isRecord } from "../../../lib/is-record.ts";
import type { Client } from "../client.ts";
import { splitPath, variableLine } from "../client-place.ts";
import { areOthersStale } from "../stale-models.ts";
import { KEY_VARIABLE, type Target } from "../target.ts";

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
  plan(target, place) {
    const { key, model, isDefault, file } = target;
    const folder = place.environment["QWEN_HOME"] || place.join(place.home, ".qwen");
    const isFound = (path: string) =>
      [place.join(place.folder, ".qwen"), folder].includes(splitPath(place, path).folder) &&
      splitPath(place, path).name === "settings.json";
    const secrets = place.join(folder, ".env");
    return {
      files: [
        {
          path: file ?? place.join(folder, "settings.json"),
          format: "jsonc",
          content: (existing) => contentFor(target, existing),
        },
        {
          path: secrets,
          format: "env",
          holdsKey: true,
          content: () => ({ [KEY_VARIABLE]: key.value }),
        },
      ],
      key: `It is in ${secrets}, where Qwen Code keeps its keys, for this user only.`,
      start: [
        ...(file === undefined || isFound(file)
          ? []
          : [variableLine(place, "QWEN_CODE_SYSTEM_SETTINGS_PATH", file)]),
        isDefault ? "qwen" : `qwen --auth-type openai --model ${model.id}`,
      ],
    };
  },
};

/** The same model may be there from several addresses: a person's own stay. */
function contentFor(target: Target, existing: Readonly<Record<string, unknown>>): ContentObject {
  const { apiUrl, models, model, isDefault } = target;
  const isOurs = ({ envKey, baseUrl }: Readonly<Record<string, unknown>>) =>
    envKey === KEY_VARIABLE || baseUrl === apiUrl;
  const own = models.map(({ id, contextTokens }) => ({
    id,
    name: `${id}${NAME_END}`,
    baseUrl: apiUrl,
    envKey: KEY_VARIABLE,
    generationConfig: { contextWindowSize: contextTokens },
  }));
  const known = valueAt(existing, ["modelProviders", "openai"]);
  const isTwice =
    Array.isArray(known) && known.some((one) => isRecord(one) && one["id"] === model.id && !isOurs(one));
  const isChosen = isTwice || valueAt(existing, ["model", "baseUrl"]) !== undefined;
  return {
    modelProviders: {
      openai: ownElements(own, {
        isOurs,
        isStale: ({ name, envKey, baseUrl }) =>
          envKey === KEY_VARIABLE && String(name).endsWith(NAME_END) && areOthersStale(target, baseUrl),
      }),
    },
    ...(isDefault && {
      security: { auth: { selectedType: "openai" } },
      model: { name: model.id, ...(isChosen && { baseUrl: apiUrl }) },
    }),
  };
}

const NAME_END = " (Turnpike)";
