import { valueAt } from "../../../config/sources/value-at.ts";
import { quoteForShell } from "../../quote-for-shell.ts";
import { ClientConflict } from "../client-conflict.ts";
import type { Client } from "../client.ts";
import { splitPath, variableLine } from "../client-place.ts";
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
  plan({ apiUrl, key, model, isDefault, file }, place) {
    const home = place.environment["CODEX_HOME"] || place.join(place.home, ".codex");
    const export_ = keyLine(place, key);
    const path = file ?? place.join(home, "config.toml");
    const { folder, name } = splitPath(place, path);
    const profile = PROFILE_FILE.exec(name)?.[1];
    const isRead = name === "config.toml" || profile !== undefined;
    const profileFlag = profile === undefined ? "" : ` --profile ${quoteForShell(profile)}`;
    const flags = isDefault ? "" : ` -c model_provider=turnpike --model ${model.id}`;
    return {
      files: [
        {
          path,
          format: "toml",
          content: (existing) => {
            checkAuth(existing);
            return {
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
            };
          },
          warnings: ({ profile: chosen }) => (typeof chosen === "string" ? [profileWarning(chosen)] : []),
        },
      ],
      key: `Codex takes it from the variable ${KEY_VARIABLE}; it is written nowhere.`,
      start: [
        export_,
        ...(folder === home ? [] : [variableLine(place, "CODEX_HOME", folder)]),
        `codex${profileFlag}${flags}`,
      ],
      notes: [
        ...(isRead ? [] : ["Codex reads config.toml of CODEX_HOME, and no file of this name."]),
        "Codex does not know the models' metadata and says so; docs/clients.md tells how to give it a catalogue.",
      ],
    };
  },
};

/** @throws ClientConflict for a person's own command for the key: Codex does not start with that beside a variable */
function checkAuth(existing: Readonly<Record<string, unknown>>): void {
  if (valueAt(existing, ["model_providers", "turnpike", "auth"]) === undefined) return;
  throw new ClientConflict(
    `its model_providers.turnpike.auth is your own, and Codex takes no provider that has ${KEY_VARIABLE} as well. Take it out, or give that provider another name.`,
  );
}

/** Codex reads one with `--profile`, beside config.toml. */
const PROFILE_FILE = /^([\w-]+)\.config\.toml$/;

function profileWarning(name: string): string {
  return `profile = "${name}" in it: older versions of Codex use the model and provider of that profile instead, newer ones do not start with it. Take the line out.`;
}
