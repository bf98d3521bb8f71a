import type { Client } from "../client.ts";

/** aider 0.86. */
export const aider: Client = {
  name: "aider",
  title: "aider",
  documentation: [
    "https://aider.chat/docs/config/aider_conf.html",
    "https://aider.chat/docs/llms/openai-compat.html",
    "https://aider.chat/docs/config/adv-model-settings.html#context-window-size-and-token-costs",
  ],
  plan({ apiUrl, key, models, model, smallModel, isDefault }, place) {
    const path = place.join(place.home, ".aider.conf.yml");
    const names = { model: `openai/${model.id}`, "weak-model": `openai/${smallModel.id}` };
    const flags = isDefault ? "" : ` --model ${names.model} --weak-model ${names["weak-model"]}`;
    return {
      files: [
        {
          path,
          format: "yaml",
          holdsKey: true,
          content: () => ({
            ...(isDefault && names),
            "openai-api-base": apiUrl,
            "openai-api-key": key.value,
          }),
        },
        {
          path: place.join(place.home, ".aider.model.metadata.json"),
          format: "jsonc",
          content: () =>
            Object.fromEntries(
              models.map(({ id, contextTokens, maxOutputTokens }) => [
                `openai/${id}`,
                {
                  max_input_tokens: contextTokens,
                  max_output_tokens: maxOutputTokens,
                  input_cost_per_token: 0,
                  output_cost_per_token: 0,
                  litellm_provider: "openai",
                  mode: "chat",
                },
              ]),
            ),
        },
      ],
      key: `It is in ${path}, for this user only.`,
      start: [`aider${flags}`],
    };
  },
};
