import { isGiven } from "../../is-given.ts";
import { RequestError } from "../../request-error.ts";

/** What Chat Completions know by these names, and where Responses have it. */
const MOVED: Readonly<Record<string, string>> = {
  response_format: "text.format",
  max_tokens: "max_output_tokens",
  max_completion_tokens: "max_output_tokens",
};

/**
 * A parameter of Chat Completions that would be passed over in silence, though it changes the answer.
 * @throws RequestError in OpenAI's words, which name the new place
 */
export function rejectMovedParameters(request: Readonly<Record<string, unknown>>): void {
  for (const [name, place] of Object.entries(MOVED)) {
    if (!isGiven(request[name])) continue;
    throw new RequestError(
      "unsupported_parameter",
      `Unsupported parameter: '${name}'. In the Responses API, this parameter has moved to '${place}'. Try again with the new parameter.`,
      name,
    );
  }
}
