import { ownElements } from "../../../config/edit/content-rules.ts";
import { valueAt } from "../../../config/sources/value-at.ts";
import type { Client } from "../client.ts";
import { keyLine, whereKeyIs } from "../key-line.ts";
import { type ClientPlace, xdgConfigHome } from "../client-place.ts";
import { areOthersStale } from "../stale-models.ts";
import { KEY_VARIABLE } from "../target.ts";

/** Zed. The variable's name is made from the provider's. */
export const zed: Client = {
  name: "zed",
  title: "Zed",
  documentation: [
    "https://zed.dev/docs/ai/use-api-access#openai-compatible",
    "https://zed.dev/docs/configuring-zed#settings-files",
  ],
  plan(target, place) {
    const { apiUrl, key, models, model, isDefault, file } = target;
    const own = place.join(settingsFolder(place), "settings.json");
    return {
      files: [
        {
          path: file ?? own,
          format: "jsonc",
          content: (existing) => ({
            ...(isDefault && { agent: { default_model: { provider: "Turnpike", model: model.id } } }),
            language_models: {
              openai_compatible: {
                Turnpike: {
                  api_url: apiUrl,
                  available_models: ownElements(
                    models.map(({ id, contextTokens, maxOutputTokens }) => ({
                      name: id,
                      max_tokens: contextTokens,
                      max_output_tokens: maxOutputTokens,
                      capabilities: { tools: true, images: true, parallel_tool_calls: true },
                    })),
                    {
                      isOurs: () => true,
                      isStale: () => areOthersStale(target, valueAt(existing, ADDRESS)),
                    },
                  ),
                },
              },
            },
          }),
        },
      ],
      steps: [
        ...(file === undefined || file === own
          ? []
          : [`Zed reads ${own} only: put into it what is in this file.`]),
        `Give Zed the key: agent: open settings, LLM Providers, Turnpike, API key: ${whereKeyIs(key)}.`,
        `Or start Zed from a shell with the variable ${KEY_VARIABLE}, as below.`,
      ],
      key: `Zed keeps it in the system's keychain, or takes it from ${KEY_VARIABLE}; it is not written here.`,
      start: [keyLine(place, key), "zed"],
    };
  },
};

const ADDRESS = ["language_models", "openai_compatible", "Turnpike", "api_url"];

function settingsFolder(place: ClientPlace): string {
  const { platform, environment, home, join } = place;
  if (platform === "win32") {
    return join(environment["APPDATA"] || join(home, "AppData", "Roaming"), "Zed");
  }
  if (platform === "darwin") return join(home, ".config", "zed");
  return join(environment["FLATPAK_XDG_CONFIG_HOME"] || xdgConfigHome(place), "zed");
}
