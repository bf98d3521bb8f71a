import { chatRequestSchema, type ChatRequestBody } from "./chat-request-schema.ts";
import { MAX_TEMPERATURE } from "./parse-chat-sampling.ts";

/** Bounds what a client can make the server write into a response header. */
const MAX_NAMES = 32;
const PRINTABLE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * The names of parameters that were accepted without effect: OpenAI's own that Claude has no use for (`seed`, `logit_bias`,
 * `user` …), unknown ones, and a temperature that had to be lowered.
 */
export function listIgnoredParameters(body: ChatRequestBody): readonly string[] {
  const names = Object.keys(body).filter(
    (name) =>
      !Object.hasOwn(chatRequestSchema.shape, name) && body[name] !== null && PRINTABLE_NAME.test(name),
  );
  if ((body.temperature ?? 0) > MAX_TEMPERATURE) names.push("temperature");
  if (body.stream_options?.["include_obfuscation"] === true) names.push("stream_options.include_obfuscation");
  return names.slice(0, MAX_NAMES);
}
