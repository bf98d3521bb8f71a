import type { ClaudeSettings } from "../claude-settings/claude-settings.ts";
import { messagesRequestSchema, type MessagesRequestBody } from "./messages-request-schema.ts";
import { reportedNames } from "../reported-names.ts";

/** Says where Claude Code may cache; it decides so itself, and the answer is the same. */
const WITHOUT_MEANING = new Set(["cache_control"]);

/** The names of fields that were accepted without effect. */
export function listIgnoredFields(
  body: MessagesRequestBody,
  claude: Pick<ClaudeSettings, "ignored">,
): readonly string[] {
  const names = Object.keys(body).filter(
    (name) =>
      (name === "metadata" ? hasLabels(body) : !Object.hasOwn(messagesRequestSchema.shape, name)) &&
      !WITHOUT_MEANING.has(name) &&
      body[name] !== null,
  );
  names.push(...claude.ignored);
  return reportedNames(names);
}

/** Whether the metadata has anything but settings, which are told one by one. */
function hasLabels({ metadata }: MessagesRequestBody): boolean {
  const keys = Object.keys(metadata ?? {});
  return keys.length === 0 || keys.some((key) => !key.startsWith("claude."));
}
