import { z } from "zod";

import { PERMISSION_MODES } from "../../core/words/permission-mode.ts";
import { permissionRules } from "./setting-formats.ts";
import { dollars, listOf, oneOf, textValue, wholeNumber } from "./setting-values.ts";
import { mcpServersSchema } from "./mcp-server-schema.ts";
import { recordKey } from "./record-key.ts";
import { textRecord } from "./text-record.ts";

export const subAgentSchema = z.strictObject({
  description: textValue("text that says when to use it"),
  prompt: textValue("the text that it starts with"),
  tools: listOf("tools' names", (name) => name || undefined).exactOptional(),
  model: textValue("a name that Claude Code takes, such as haiku").exactOptional(),
});

const agentName = recordKey("letters, digits, - and _", (name) => /^[A-Za-z0-9][\w-]*$/.test(name));

/** A profile as the file gives it: absent fields come from the built-in profile of that name, or from `default`. */
export const profileSchema = z.strictObject({
  engine: textValue("an engine's name, such as sdk").exactOptional(),
  model: textValue("a name that Claude Code takes, such as sonnet").exactOptional(),
  systemPrompt: oneOf("claude-code", "client").exactOptional(),
  instructions: textValue("text for the model", /^/).exactOptional(),
  builtinTools: oneOf("auto", "on", "off").exactOptional(),
  permissionMode: oneOf(...PERMISSION_MODES).exactOptional(),
  allowedTools: permissionRules().exactOptional(),
  disallowedTools: permissionRules().exactOptional(),
  settingSources: z
    .array(oneOf("user", "project", "local"), { error: "expected a list of user, project, local" })
    .exactOptional(),
  activity: oneOf("shown", "text", "hidden").exactOptional(),
  workspace: textValue("a folder's path").exactOptional(),
  additionalDirectories: listOf("folders", (folder) => folder || undefined).exactOptional(),
  isolation: oneOf("none", "worktree", "copy").exactOptional(),
  sandbox: oneOf("off", "auto", "required").exactOptional(),
  mcpServers: z
    .union([z.array(textValue("a configured server's name")), mcpServersSchema], {
      error: "expected a list of names of configured MCP servers, or servers by name",
    })
    .exactOptional(),
  agents: z.record(agentName, subAgentSchema).exactOptional(),
  effort: oneOf("none", "low", "medium", "high", "xhigh", "max").exactOptional(),
  maxTurns: wholeNumber(1, 100_000).exactOptional(),
  maxBudgetUsd: dollars().exactOptional(),
  environment: textRecord(/^[A-Za-z_]\w*$/, "letters, digits and _, as variables are named").exactOptional(),
});

const profileName = recordKey("letters, digits and . _ -", (name) => /^[\w.-]+$/.test(name));

export const profilesSchema = z.record(profileName, profileSchema);

export type ProfileSetting = z.output<typeof profileSchema>;
