import { isRecord } from "../../../lib/is-record.ts";
import { quoteForShell } from "../../quote-for-shell.ts";
import { ClientConflict } from "../client-conflict.ts";
import type { Client } from "../client.ts";
import type { ClientPlace } from "../client-place.ts";
import type { Target } from "../target.ts";

/** aider 0.86. */
export const aider: Client = {
  name: "aider",
  title: "aider",
  documentation: [
    "https://aider.chat/docs/config/aider_conf.html",
    "https://aider.chat/docs/llms/openai-compat.html",
    "https://aider.chat/docs/config/adv-model-settings.html#context-window-size-and-token-costs",
  ],
  plan(target, place) {
    const { apiUrl, key, model, smallModel, isDefault } = target;
    const path = target.file ?? ownFile(target, place);
    const names = { model: `openai/${model.id}`, "weak-model": `openai/${smallModel.id}` };
    const hasNames = isDefault || target.file === undefined;
    const config = isDefault && target.file === undefined ? "" : ` --config ${quoteForShell(path)}`;
    const flags = hasNames ? "" : ` --model ${names.model} --weak-model ${names["weak-model"]}`;
    return {
      files: [
        {
          path,
          format: "yaml",
          holdsKey: true,
          content: (existing) => {
            const access = { "openai-api-base": apiUrl, "openai-api-key": key.value };
            if (!hasNames) checkIsFree(existing, access);
            return { ...(hasNames && names), ...access };
          },
        },
        {
          path: place.join(place.home, ".aider.model.metadata.json"),
          format: "jsonc",
          content: (existing) =>
            Object.fromEntries(
              target.models
                .filter(({ id }) => !isTheirs(existing[nameOf(id)]))
                .map(({ id, contextTokens, maxOutputTokens }) => [
                  nameOf(id),
                  { max_input_tokens: contextTokens, max_output_tokens: maxOutputTokens, ...OURS },
                ]),
            ),
          warnings: (existing) =>
            target.models
              .filter(({ id }) => isTheirs(existing[nameOf(id)]))
              .map(
                ({ id }) => `${nameOf(id)} in it is your own and stays as it is: aider goes by its limits.`,
              ),
        },
      ],
      key: `It is in ${path}, for this user only.`,
      start: [`aider${config}${flags}`],
    };
  },
};

/** The default's. aider has one key and address for all of OpenAI's models: what leaves these alone is a file of its own. */
function ownFile({ isDefault }: Target, { join, home }: ClientPlace): string {
  return join(home, isDefault ? ".aider.conf.yml" : ".aider.turnpike.conf.yml");
}

/** @throws ClientConflict when the file has another key or address, which its default model may be asked with */
function checkIsFree(
  existing: Readonly<Record<string, unknown>>,
  access: Readonly<Record<string, string>>,
): void {
  const taken = Object.entries(access).find(
    ([name, value]) => existing[name] !== undefined && existing[name] !== value,
  );
  if (!taken) return;
  throw new ClientConflict(
    `its ${taken[0]} is another, which its default model may need. Leave out --file for a file of Turnpike's own, or --no-default.`,
  );
}

const OURS = {
  input_cost_per_token: 0,
  output_cost_per_token: 0,
  litellm_provider: "openai",
  mode: "chat",
};

function nameOf(id: string): string {
  return `openai/${id}`;
}

/** Whether a person has described the model otherwise than we do. */
function isTheirs(described: unknown): boolean {
  if (!isRecord(described)) return described !== undefined;
  return Object.entries(OURS).some(([name, value]) => described[name] !== value);
}
