import { placedBlocks } from "./api-request.ts";
import type { ApiRequest } from "./api-request.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";

/** What API version 2026-10-21 no longer accepts, besides the sampling fields, which it does not know at all. */
export function checkVersion({ body, version }: ApiRequest): Problem | undefined {
  if (version < "2026-10-21") return undefined;
  for (const { block, path, role } of placedBlocks(body)) {
    if (role === "assistant" && block.type === "document") {
      return invalid(`${path}: \`document\` blocks can only be in \`user\` messages`);
    }
    const { citations } = block;
    if (role === "user" && block.type === "text" && Array.isArray(citations) && citations.length > 0) {
      return invalid(`${path}.text.citations: Extra inputs are not permitted`);
    }
  }
  return undefined;
}
