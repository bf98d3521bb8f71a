import type { Client } from "../client.ts";
import { quoteForShell } from "../../quote-for-shell.ts";

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
  plan({ url, key, model, smallModel }, place) {
    const folder = place.environment["CLAUDE_CONFIG_DIR"] || place.join(place.home, ".claude");
    const path = place.join(folder, "turnpike.settings.json");
    const isRead = key.file !== undefined && place.platform !== "win32";
    return {
      files: [
        {
          path,
          format: "jsonc",
          holdsKey: !isRead,
          content: () => ({
            model: model.id,
            env: {
              ANTHROPIC_BASE_URL: url,
              ANTHROPIC_DEFAULT_HAIKU_MODEL: smallModel.id,
              // Turnpike has no tools that are loaded later.
              ENABLE_TOOL_SEARCH: "false",
              ...(isRead ? {} : { ANTHROPIC_AUTH_TOKEN: key.value }),
            },
            ...(isRead && { apiKeyHelper: `cat ${quoteForShell(key.file)}` }),
          }),
        },
      ],
      key: isRead ? `Claude Code reads it from ${key.file}.` : `It is in ${path}, for this user only.`,
      start: [`claude --settings ${quoteForShell(path)}`],
      notes: ["Without --settings, Claude Code is as it was."],
    };
  },
};
