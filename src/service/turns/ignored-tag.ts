import type { ResolvedModel } from "../../core/ports/model-catalogue.ts";

const MAX_LENGTH = 64;

/** Reports a tag that the model id had but its model does not know: `model:free`. `latest` is what is served anyway. */
export function ignoredTag({ tag }: Pick<ResolvedModel, "tag">): readonly string[] {
  return tag === undefined || tag.toLowerCase() === "latest" ? [] : [`model:${tag.slice(0, MAX_LENGTH)}`];
}
