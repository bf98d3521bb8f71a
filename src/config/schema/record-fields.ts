import { mcpServerFields } from "./mcp-server-schema.ts";
import { modelTargetSchema } from "./model-schema.ts";
import { profileSchema, subAgentSchema } from "./profile-schema.ts";

/** What the file may say at a place inside of what has names of the person's own, such as one profile. */
export function recordFields(path: readonly PropertyKey[]): readonly string[] {
  const [section, , inner] = path;
  const place = [path.length, section, inner].join(" ").trim();
  switch (place) {
    case "2 profiles":
      return Object.keys(profileSchema.shape);
    case "4 profiles agents":
      return Object.keys(subAgentSchema.shape);
    case "2 mcpServers":
    case "4 profiles mcpServers":
      return Object.keys(mcpServerFields.shape);
    case "2 models":
      return Object.keys(modelTargetSchema.shape);
    default:
      return [];
  }
}
