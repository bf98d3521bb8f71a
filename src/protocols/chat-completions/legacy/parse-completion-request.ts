import { MAX_TEMPERATURE, type Sampling } from "../../../core/words/sampling.ts";
import { isGiven } from "../../is-given.ts";
import type { ParameterNames } from "../../parameter-names.ts";
import { parseBody } from "../../parse-body.ts";
import { reportedNames } from "../../reported-names.ts";
import { RequestError, unsupportedParameter } from "../../request-error.ts";
import { stopSequenceSchema } from "../../stop-sequence-schema.ts";
import { parsePlainSampling } from "../parse-chat-sampling.ts";
import type { CompletionPrompt } from "./to-completion-turn.ts";
import { z } from "zod";

/** What a request for a completion asks for. */
export interface CompletionRequest {
  readonly model: string;
  /** At least one; each is answered `answerCount` times. */
  readonly prompts: readonly CompletionPrompt[];
  readonly answerCount: number;
  /** Each text begins with its prompt. */
  readonly echoesPrompt: boolean;
  readonly sampling: Sampling;
  readonly parameterNames: ParameterNames;
  readonly isStream: boolean;
  readonly includeUsage: boolean;
  readonly endUser?: string;
  /** Parameters that were accepted without effect. */
  readonly ignored: readonly string[];
}

/**
 * Reads the decoded JSON of a completion request.
 * @throws RequestError naming the first part that is wrong or cannot be served.
 */
export function parseCompletionRequest(body: unknown): CompletionRequest {
  const request = parseBody(completionRequestSchema, body);
  if (isGiven(request.logprobs)) {
    throw unsupportedParameter("logprobs", "Claude gives no log probabilities.");
  }
  const after = request.suffix ?? "";
  const prompts = parsePrompts(request.prompt).map((before) => ({ before, after }));
  const answerCount = request.n ?? 1;
  if (prompts.length * answerCount > MAX_CHOICES) throw tooManyChoices();
  const { user } = request;
  return {
    model: request.model,
    prompts,
    answerCount,
    echoesPrompt: request.echo ?? false,
    // A person waits at the cursor: as little thinking as the model allows.
    sampling: { ...parsePlainSampling(request, request.max_tokens), effort: "none" },
    parameterNames: { temperature: "temperature", topP: "top_p", maxOutputTokens: "max_tokens" },
    isStream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    ...(isGiven(user) && { endUser: user }),
    ignored: listIgnored(request),
  };
}

function parsePrompts(prompt: CompletionRequestBody["prompt"]): readonly string[] {
  if (typeof prompt === "string") return [prompt];
  return (prompt ?? [""]).map((each, index) => {
    if (typeof each === "string") return each;
    throw new RequestError(
      "invalid_type",
      `Invalid type for 'prompt[${index}]': expected a string. Claude's tokens are not OpenAI's, so prompts are taken as text only.`,
      `prompt[${index}]`,
    );
  });
}

/** Values that ask for nothing. */
const NOTHING: ReadonlySet<unknown> = new Set([undefined, null, 0]);

function listIgnored(body: CompletionRequestBody): readonly string[] {
  const names = Object.keys(body).filter(
    (name) => !Object.hasOwn(completionRequestSchema.shape, name) && !NOTHING.has(body[name]),
  );
  // `best_of` that equals `n` changes nothing.
  const extra = names.filter((name) => name !== "best_of" || body["best_of"] !== (body.n ?? 1));
  if ((body.temperature ?? 0) > MAX_TEMPERATURE) extra.push("temperature");
  return reportedNames(extra);
}

function tooManyChoices(): RequestError {
  return new RequestError(
    "invalid_value",
    `Invalid 'prompt': at most ${MAX_CHOICES} choices are made at once, counting 'n' for each prompt. Send fewer prompts in one request.`,
    "prompt",
  );
}

/** The maximum number of choices per request: prompts times answers to each. */
const MAX_CHOICES = 128;

/** The body of `POST /v1/completions`. Loose: fields that are not listed pass and are reported as ignored; `null` means absent. */
export const completionRequestSchema = z.looseObject({
  model: z.string().min(1),
  /** Token ids would be numbers; `parse-completion-request.ts` refuses them with a better message than a type error. */
  prompt: z.union([z.string(), z.array(z.unknown()).min(1)]).nullish(),
  suffix: z.string().nullish(),

  max_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([stopSequenceSchema, z.array(stopSequenceSchema).max(4)]).nullish(),
  n: z.int().min(1).max(MAX_CHOICES).nullish(),
  echo: z.boolean().nullish(),

  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),

  user: z.string().nullish(),
  logprobs: z.int().min(0).nullish(),
});

type CompletionRequestBody = z.output<typeof completionRequestSchema>;
