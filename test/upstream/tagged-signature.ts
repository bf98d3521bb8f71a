import { expect } from "vitest";

import { tagOf } from "../../src/demo/thinking-seal.ts";

/** Stands for the signature, or the sealed data, that the scripted model issued for the block with this tag. */
export function taggedSignature(tag: string): string {
  // Proof: a matcher is put where the string will be; vitest types its own matchers so too.
  return expect.toSatisfy((signature: unknown) => tagOf(signature) === tag) as unknown as string;
}
