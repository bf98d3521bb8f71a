import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { readJsonBody } from "../read-json-body.ts";
import { requirePrincipal } from "../require-principal.ts";
import { prepareCount } from "../responses/prepare-response.ts";

/** `POST /v1/responses/input_tokens`: how many input tokens a response to this would have; nothing is asked of the model. */
export function countResponseTokens(dependencies: AppDependencies) {
  const { options, countTokens } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const body = await readJsonBody(context, options.maxBodyBytes);
    const prompt = await prepareCount(dependencies, requirePrincipal(context), body);
    const inputTokens = await countTokens(prompt, context.req.raw.signal);
    return context.json({ object: "response.input_tokens", input_tokens: inputTokens });
  };
}
