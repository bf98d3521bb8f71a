import { REMOVED } from "../../../config/edit/content-rules.ts";
import { valueAt } from "../../../config/sources/value-at.ts";
import { quoteForShell } from "../../quote-for-shell.ts";
import { ClientConflict } from "../client-conflict.ts";
import type { Client } from "../client.ts";
import { splitPath } from "../client-place.ts";

/**
 * Claude Code 2.1 as a client of the Messages API. Not its own settings file: the Claude Code behind the server may read that
 * too, and would then call this server instead of Anthropic's.
 */
export const claudeCode: Client = {
  name: "claude-code",
  aliases: ["claude"],
  title: "Claude Code",
  documentation: [
    "https://code.claude.com/docs/en/settings",
    "https://code.claude.com/docs/en/llm-gateway",
    "https://code.claude.com/docs/en/cli-reference",
  ],
  plan({ url, key, model, smallModel, file }, place) {
    const folder = place.environment["CLAUDE_CONFIG_DIR"] || place.join(place.home, ".claude");
    const path = file ?? place.join(folder, "turnpike.settings.json");
    const isItsOwn = /^settings(\.local)?\.json$/.test(splitPath(place, path).name);
    const isRead = key.file !== undefined && place.platform !== "win32";
    return {
      files: [
        {
          path,
          format: "jsonc",
          holdsKey: !isRead,
          content: (existing) => {
            checkOwnKeys(existing);
            return {
              model: model.id,
              env: {
                ANTHROPIC_BASE_URL: url,
                ANTHROPIC_DEFAULT_HAIKU_MODEL: smallModel.id,
                // Turnpike has no tools that are loaded later.
                ENABLE_TOOL_SEARCH: "false",
                // Empty, these stand before the shell's own: Claude Code sends this server each key that it has.
                ANTHROPIC_API_KEY: "",
                ANTHROPIC_AUTH_TOKEN: isRead ? "" : key.value,
              },
              apiKeyHelper: isRead ? `cat ${quoteForShell(key.file)}` : REMOVED,
            };
          },
        },
      ],
      key: isRead ? `Claude Code reads it from ${key.file}.` : `It is in ${path}, for this user only.`,
      start: [`claude --settings ${quoteForShell(path)}`],
      notes: [
        isItsOwn
          ? "A file of this name Claude Code may read by itself, the one behind the server too, which would then call this server."
          : "Without --settings, Claude Code is as it was.",
      ],
    };
  },
};

/** Such as `connect` writes: any other command is the person's. */
const OUR_HELPER = /^cat (?:'.*[/\\]api-key'|[^\s']*[/\\]api-key)$/;

/** @throws ClientConflict for a person's own keys, which would go to this server or be lost */
function checkOwnKeys(existing: Readonly<Record<string, unknown>>): void {
  const { apiKeyHelper: helper = "" } = existing;
  const isTheirs = helper !== "" && !(typeof helper === "string" && OUR_HELPER.test(helper));
  const own = isTheirs ? "apiKeyHelper" : valueAt(existing, KEY_PATH) ? KEY_PATH.join(".") : undefined;
  if (own === undefined) return;
  throw new ClientConflict(
    `its ${own} is your own, and Claude Code would send this server that key. Take it out, or name another file with --file.`,
  );
}

const KEY_PATH = ["env", "ANTHROPIC_API_KEY"];
