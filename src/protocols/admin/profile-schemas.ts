import * as z from "zod";

import type { ModelDescription } from "../../core/ports/model-catalogue.ts";
import type { Profile } from "../../core/words/profile.ts";

/** A profile as turns get it. Of variables, which may be secret, there are only the names. */
export const profileBodySchema = z.object({
  object: z.literal("profile"),
  name: z.string(),
  engine: z.string(),
  system_prompt: z.enum(["claude-code", "client"]),
  instructions: z.string(),
  builtin_tools: z.enum(["auto", "on", "off"]),
  permission_mode: z.string(),
  allowed_tools: z.array(z.string()),
  disallowed_tools: z.array(z.string()),
  setting_sources: z.array(z.string()),
  activity: z.string(),
  workspace: z.string(),
  additional_directories: z.array(z.string()),
  isolation: z.string(),
  sandbox: z.string(),
  mcp_servers: z.array(z.object({ name: z.string(), type: z.string() })),
  agents: z.array(z.object({ name: z.string(), description: z.string(), model: z.string().nullable() })),
  effort: z.string().nullable(),
  max_turns: z.number().nullable(),
  max_budget_usd: z.number().nullable(),
  environment: z.array(z.string()),
  /** The model ids that lead to it. */
  models: z.array(z.string()),
});

export const profileListSchema = z.object({ object: z.literal("list"), data: z.array(profileBodySchema) });

export type ProfileBody = z.output<typeof profileBodySchema>;

export function formatProfileList(
  profiles: readonly Profile[],
  models: readonly ModelDescription[],
): z.output<typeof profileListSchema> {
  const idsOf = ({ name }: Profile) =>
    models.filter(({ profile }) => profile.name === name).map(({ id }) => id);
  return { object: "list", data: profiles.map((profile) => formatProfile(profile, idsOf(profile))) };
}

function formatProfile(profile: Profile, models: string[]): ProfileBody {
  return {
    object: "profile",
    name: profile.name,
    engine: profile.engine,
    system_prompt: profile.systemPrompt,
    instructions: profile.instructions,
    builtin_tools: profile.builtinTools,
    permission_mode: profile.permissionMode,
    allowed_tools: [...profile.allowedTools],
    disallowed_tools: [...profile.disallowedTools],
    setting_sources: [...profile.settingSources],
    activity: profile.activity,
    workspace: profile.workspace,
    additional_directories: [...profile.additionalDirectories],
    isolation: profile.isolation,
    sandbox: profile.sandbox,
    mcp_servers: Object.entries(profile.mcpServers).map(([name, { type }]) => ({ name, type })),
    agents: Object.entries(profile.agents).map(([name, { description, model }]) => ({
      name,
      description,
      model: model ?? null,
    })),
    effort: profile.effort ?? null,
    max_turns: profile.maxTurns ?? null,
    max_budget_usd: profile.maxBudgetUsd ?? null,
    environment: Object.keys(profile.environment),
    models,
  };
}
