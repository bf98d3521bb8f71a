/**
 * Tags that other servers put after the colon of a model id: the build, size, terms or provider. Many clients offer such ids,
 * or add a tag themselves.
 */
const TAGS: ReadonlySet<string> = new Set(
  [
    "latest stable preview beta free paid extended thinking reasoning online",
    "nitro floor exacto fastest cheapest preferred auto cloud self-moderated",
    "instruct chat text code vision tools base it",
    "none minimal low medium high xhigh max",
  ].flatMap((words) => words.split(" ")),
);

/** `8b`, `1.5b`, `8x7b`, `70b-instruct-q4_K_M`, `q8_0`, `fp16`, `1m`, `200k`. */
const SIZE = /^(?:\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)?[bkm]|i?q\d\w*|[bf]?fp?\d+|int\d+)(?:-[\w.-]+)?$/i;

/** Whether the suffix of a model id describes the model and so is not a conversation's name. */
export function isModelTag(suffix: string): boolean {
  return TAGS.has(suffix.toLowerCase()) || SIZE.test(suffix);
}
