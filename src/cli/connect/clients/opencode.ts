import type { ContentObject } from "../../../config/edit/content.ts";
import { excluding, including, ownFields } from "../../../config/edit/content-rules.ts";
import { valueAt } from "../../../config/sources/value-at.ts";
import type { Client } from "../client.ts";
import { type ClientPlace, splitPath, variableLine, xdgConfigHome } from "../client-place.ts";
import { areOthersStale } from "../stale-models.ts";
import type { Target } from "../target.ts";

/** opencode 1.18. It reads the key from a file by itself. */
export const opencode: Client = {
  name: "opencode",
  title: "opencode",
  documentation: ["https://opencode.ai/docs/config/", "https://opencode.ai/docs/providers/#custom-provider"],
  plan(target, place) {
    const folder = place.environment["OPENCODE_CONFIG_DIR"] || place.join(xdgConfigHome(place), "opencode");
    const keyFile = target.key.file ?? place.join(folder, "turnpike-api-key");
    return {
      files: [
        {
          path: target.file ?? findConfig(place, folder),
          format: "jsonc",
          content: (existing) => contentFor(target, keyFile, existing),
        },
        ...(target.key.file === undefined
          ? [{ path: keyFile, format: "text", text: `${target.key.value}\n`, holdsKey: true } as const]
          : []),
      ],
      key: `opencode reads it from ${keyFile}.`,
      start: [
        ...(target.file === undefined || isFound(target.file, place, folder)
          ? []
          : [variableLine(place, "OPENCODE_CONFIG", target.file)]),
        target.isDefault ? "opencode" : `opencode --model turnpike/${target.model.id}`,
      ],
    };
  },
};

/** The later of the two counts where both are. */
function findConfig({ environment, exists, join }: ClientPlace, folder: string): string {
  const named = environment["OPENCODE_CONFIG"];
  if (named) return named;
  const withComments = join(folder, "opencode.jsonc");
  return exists(withComments) ? withComments : join(folder, "opencode.json");
}

/** Whether it is read by itself, from here. */
function isFound(file: string, place: ClientPlace, own: string): boolean {
  const { folder, name } = splitPath(place, file);
  return /^opencode\.jsonc?$/.test(name) && (folder === own || folder === place.folder);
}

function contentFor(
  target: Target,
  keyFile: string,
  existing: Readonly<Record<string, unknown>>,
): ContentObject {
  const { apiUrl, models, model, smallModel, isDefault } = target;
  const isStale = areOthersStale(target, valueAt(existing, ["provider", "turnpike", "options", "baseURL"]));
  return {
    ...(Object.keys(existing).length === 0 && { $schema: "https://opencode.ai/config.json" }),
    ...(isDefault && { model: `turnpike/${model.id}`, small_model: `turnpike/${smallModel.id}` }),
    enabled_providers: including("turnpike"),
    disabled_providers: excluding("turnpike"),
    provider: {
      turnpike: {
        npm: "@ai-sdk/openai-compatible",
        name: "Turnpike",
        options: { baseURL: apiUrl, apiKey: `{file:${keyFile}}` },
        models: ownFields(
          Object.fromEntries(
            models.map(({ id, contextTokens, maxOutputTokens }) => [
              id,
              {
                name: id,
                attachment: true,
                tool_call: true,
                limit: { context: contextTokens, output: maxOutputTokens },
              },
            ]),
          ),
          () => isStale,
        ),
      },
    },
  };
}
