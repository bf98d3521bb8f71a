import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { readJsonBody } from "../body/read-json-body.ts";
import { callerOf } from "../caller-of.ts";
import { prepareCount } from "../../service/responses/prepare-response.ts";
import { setCountHeader } from "../answers/turn-headers.ts";

/**
 * `POST /v1/responses/input_tokens`: how many input tokens a response to this request would have; the model does not answer it.
 */
export function countResponseTokens(dependencies: AppDependencies) {
  const { options, countTokens } = dependencies;
  return async (context: AppContext): Promise<Response> => {
    const body = await readJsonBody(context, options.maxBodyBytes);
    const { prompt, target } = await prepareCount(dependencies, callerOf(context), body);
    if (target) context.var.record.model = target.modelId;
    const count = await countTokens(prompt, target, context.req.raw.signal);
    setCountHeader(context, count);
    return context.json({ object: "response.input_tokens", input_tokens: count.tokens });
  };
}
