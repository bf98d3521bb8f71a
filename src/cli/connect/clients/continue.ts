import { ownElements } from "../../../config/edit/content-rules.ts";
import { quoteForShell } from "../../quote-for-shell.ts";
import type { Client } from "../client.ts";
import { areOthersStale } from "../stale-models.ts";
import { KEY_VARIABLE } from "../target.ts";

/** Continue, its editors' extension and its CLI 1.5, which share their settings. The first model is the default. */
export const continueClient: Client = {
  name: "continue",
  title: "Continue",
  documentation: [
    "https://docs.continue.dev/reference",
    "https://docs.continue.dev/customize/deep-dives/configuration",
    "https://docs.continue.dev/faqs#managing-local-secrets-and-environment-variables",
  ],
  plan(target, place) {
    const { apiUrl, key, models, model, isDefault, file } = target;
    const folder = place.environment["CONTINUE_GLOBAL_DIR"] || place.join(place.home, ".continue");
    const secrets = place.join(folder, ".env");
    const ordered = [model, ...models.filter((one) => one !== model)];
    return {
      files: [
        {
          path: file ?? place.join(folder, "config.yaml"),
          format: "yaml",
          newElements: isDefault ? "first" : "last",
          content: (existing) => ({
            ...("name" in existing ? {} : { name: "Turnpike" }),
            ...("version" in existing ? {} : { version: "1.0.0" }),
            ...("schema" in existing ? {} : { schema: "v1" }),
            models: ownElements(
              ordered.map(({ id, contextTokens, maxOutputTokens }) => ({
                name: `${id}${NAME_END}`,
                provider: "openai",
                model: id,
                apiBase: apiUrl,
                apiKey: OUR_SECRET,
                roles: ["chat", "edit", "apply"],
                capabilities: ["tool_use", "image_input"],
                defaultCompletionOptions: { contextLength: contextTokens, maxTokens: maxOutputTokens },
              })),
              {
                isOurs: ({ apiKey, apiBase }) => apiKey === OUR_SECRET || apiBase === apiUrl,
                isStale: ({ name, apiKey, apiBase }) =>
                  apiKey === OUR_SECRET && String(name).endsWith(NAME_END) && areOthersStale(target, apiBase),
              },
            ),
          }),
        },
        {
          path: secrets,
          format: "env",
          holdsKey: true,
          content: () => ({ [KEY_VARIABLE]: key.value }),
        },
      ],
      key: `It is in ${secrets}, where Continue keeps its secrets, for this user only.`,
      start: [file === undefined ? "cn" : `cn --config ${quoteForShell(file)}`],
      notes: file === undefined ? ["In an editor, choose the model in Continue's panel."] : [],
    };
  },
};

const OUR_SECRET = `\${{ secrets.${KEY_VARIABLE} }}`;
const NAME_END = " (Turnpike)";
