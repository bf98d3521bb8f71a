import { expect, test } from "vitest";

import { isModelTag } from "./is-model-tag.ts";

const TAGS =
  "latest LATEST free thinking beta online nitro floor exacto extended high 8b 70B 1.5b 8x7b 120b-cloud " +
  "70b-instruct-q4_K_M 8b-text q8_0 q4_K_M iq3_xs fp16 bf16 f16 int8 1m 200k";
const NAMES =
  "my-topic latest-news free-time 1 42 2026-11-28 team/talk b 8 8bit-art q conv_01abc thinking-about-it " +
  "high-tea beta:2 notes.md f fp conv_8b";

test.each(TAGS.split(" "))("%s is a tag", (suffix) => {
  expect(isModelTag(suffix)).toBe(true);
});

test.each(NAMES.split(" "))("%s is a name", (suffix) => {
  expect(isModelTag(suffix)).toBe(false);
});
