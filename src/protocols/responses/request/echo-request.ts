import type { RepeatedBody } from "../output/response-schema.ts";
import { echoTools } from "./echo-tools.ts";
import type { DeclaredTools } from "../tools/parse-responses-tools.ts";
import type { ResponsesRequestBody, TextFormatBody } from "./responses-request-schema.ts";

/** The fields of the request that a response repeats, with OpenAI's defaults for what was left out. */
export function echoRequest(body: ResponsesRequestBody, declared: DeclaredTools): RepeatedBody {
  const { conversation, reasoning, text, user } = body;
  const conversationId = typeof conversation === "string" ? conversation : conversation?.id;
  return {
    background: body.background ?? false,
    ...(conversationId !== undefined && { conversation: { id: conversationId } }),
    frequency_penalty: body.frequency_penalty ?? 0,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    metadata: body.metadata ?? {},
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    presence_penalty: body.presence_penalty ?? 0,
    previous_response_id: body.previous_response_id ?? null,
    prompt_cache_key: body.prompt_cache_key ?? null,
    reasoning: {
      effort: reasoning?.effort ?? null,
      summary: reasoning?.summary ?? reasoning?.generate_summary ?? null,
    },
    safety_identifier: body.safety_identifier ?? null,
    // There is only one tier, and a response says which one served it.
    service_tier: "default",
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: {
      format: echoFormat(text?.format),
      ...(text?.verbosity && { verbosity: text.verbosity }),
    },
    tool_choice: body.tool_choice ?? "auto",
    tools: echoTools(body.tools ?? [], declared),
    top_logprobs: 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? "disabled",
    ...(typeof user === "string" && { user }),
  };
}

function echoFormat(format: TextFormatBody | null | undefined): RepeatedBody["text"]["format"] {
  if (!format) return { type: "text" };
  if (format.type !== "json_schema") return { type: format.type };
  const { type, name, description, schema, strict } = format;
  return { type, name, ...(description && { description }), schema, strict: strict ?? false };
}
