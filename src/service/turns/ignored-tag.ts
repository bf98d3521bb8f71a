import type { ResolvedModel } from "../../core/ports/model-catalogue.ts";

const MAX_LENGTH = 64;

/** How it is told that a model id said more than its model can do: `model:free`. The latest is what there is anyway. */
export function ignoredTag({ tag }: Pick<ResolvedModel, "tag">): readonly string[] {
  return tag === undefined || tag.toLowerCase() === "latest" ? [] : [`model:${tag.slice(0, MAX_LENGTH)}`];
}
