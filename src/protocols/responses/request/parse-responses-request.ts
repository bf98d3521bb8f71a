import { isGiven } from "../../is-given.ts";
import { checkOpenAiSetting } from "../../claude-settings/check-setting.ts";
import { parseClaudeSettings, type SettingPlaces } from "../../claude-settings/parse-claude-settings.ts";
import { parseBody } from "../../parse-body.ts";
import { parseMetadata } from "../../parse-metadata.ts";
import { missingParameter, RequestError, unsupportedParameter } from "../../request-error.ts";
import { echoRequest } from "./echo-request.ts";
import { missingInput } from "../items/items-to-messages.ts";
import { listIgnoredFields } from "./list-ignored-fields.ts";
import { parseItems } from "../items/parse-items.ts";
import { parseResponsesSampling, RESPONSES_PARAMETER_NAMES } from "./parse-responses-sampling.ts";
import { type ChosenTools, parseResponsesToolChoice } from "../tools/parse-responses-tool-choice.ts";
import { type DeclaredTools, parseResponsesTools } from "../tools/parse-responses-tools.ts";
import type { ResponsesRequest, WireItem } from "../responses-request.ts";
import {
  type ResponsesRequestBody,
  responsesRequestSchema,
  type TextFormatBody,
} from "./responses-request-schema.ts";
import type { OutputFormat } from "../../../core/words/output-format.ts";
import { parseFormat, parseJsonFormat } from "../../json-schema/parse-json-format.ts";

/** Files are shown as items here. */
const CHAT_ONLY = ["includeFiles"] as const;

/**
 * Reads the decoded JSON of a request to create a response.
 * @throws RequestError naming the first part that is wrong or cannot be served.
 */
export function parseResponsesRequest(body: unknown, headers?: SettingPlaces["headers"]): ResponsesRequest {
  const request = parseBody(responsesRequestSchema, body);
  rejectMovedParameters(request);
  rejectUnsupported(request);
  rejectContradictions(request);
  const declared = parseResponsesTools(request.tools ?? []);
  const input = parseInput(request);
  const bringsApprovals = input.some(({ type }) => type === "mcp_approval_response");
  const offered = parseResponsesToolChoice(request.tool_choice, declared, bringsApprovals);
  const outputFormat = parseTextFormat(request.text?.format);
  const metadata = parseMetadata(request.metadata);
  const { conversation } = request;
  const conversationId = typeof conversation === "string" ? conversation : conversation?.id;
  const previousResponseId = request.previous_response_id ?? undefined;
  const maxToolCalls = request.max_tool_calls ?? undefined;
  const claude = parseClaudeSettings(
    { claude: request.claude, headers, metadata },
    checkOpenAiSetting,
    CHAT_ONLY,
  );
  const endUser = request.safety_identifier ?? request.user ?? undefined;
  return {
    model: request.model,
    instructions: request.instructions ?? "",
    input,
    ...(previousResponseId !== undefined && { previousResponseId }),
    ...(conversationId !== undefined && { conversationId }),
    sampling: parseResponsesSampling(request),
    parameterNames: RESPONSES_PARAMETER_NAMES,
    tools: {
      list: offered.list,
      choice: offered.choice,
      isParallel: request.parallel_tool_calls ?? true,
      ...(request.tools && leavesNoTool(declared, offered) && { isSentEmpty: true }),
    },
    toolOrigins: new Map(declared.client.map(({ tool, origin }) => [tool.name, origin])),
    hostedTools: offered.hosted,
    mcpServers: offered.mcpServers,
    ...(maxToolCalls !== undefined && { maxToolCalls }),
    ...(outputFormat !== undefined && { outputFormat }),
    isStream: request.stream ?? false,
    isBackground: request.background ?? false,
    isStored: request.store ?? true,
    include: new Set(request.include ?? []),
    metadata,
    claude,
    truncation: request.truncation ?? "disabled",
    showsReasoning: Boolean(request.reasoning?.summary ?? request.reasoning?.generate_summary),
    echo: echoRequest(request, declared),
    ignored: listIgnoredFields(request, {
      isChoiceWeakened: offered.isWeakened,
      unservedTools: declared.unserved,
      settings: claude.ignored,
    }),
    ...(endUser !== undefined && { endUser }),
  };
}

/** What was sent leaves the client without tools of its own, which differs from not sending any: Claude Code's own stay out. */
function leavesNoTool({ client }: DeclaredTools, { list, hosted, mcpServers }: ChosenTools): boolean {
  return list.length === 0 && (client.length > 0 || hosted.size + mcpServers.length === 0);
}

/** A plain text is a user message. Without input, a response can still continue from what was said before. */
function parseInput(request: ResponsesRequestBody): readonly WireItem[] {
  const { input, previous_response_id: previousId, conversation } = request;
  if (typeof input === "string") {
    return [{ type: "message", role: "user", content: [{ type: "input_text", text: input }] }];
  }
  if (input) return parseItems(input, "input");
  if (previousId || conversation) return [];
  throw missingInput();
}

/** Refuses parameters that would change the answer and cannot be honoured. */
function rejectUnsupported({ prompt, moderation, include }: ResponsesRequestBody): void {
  if (isGiven(prompt)) {
    throw unsupportedParameter(
      "prompt",
      "There are no prompt templates here; send 'instructions' and 'input'.",
    );
  }
  if (isGiven(moderation)) {
    throw unsupportedParameter("moderation", "Nothing here could do what it asks for; leave it out.");
  }
  if (include?.includes("message.output_text.logprobs")) {
    const param = `include[${include.indexOf("message.output_text.logprobs")}]`;
    throw unsupportedParameter(param, "Claude gives no log probabilities.");
  }
}

/** Worded like OpenAI's. */
function rejectContradictions(request: ResponsesRequestBody): void {
  if (isGiven(request.previous_response_id) && isGiven(request.conversation)) {
    throw new RequestError(
      "mutually_exclusive_parameters",
      "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of: 'previous_response_id' or 'conversation'.",
      "previous_response_id",
    );
  }
  if (request.background === true && request.store === false) {
    throw new RequestError("invalid_value", "Cannot use background with store=false.", "background");
  }
}

/**
 * The format that `text.format` demands; undefined for plain text. `strict` makes no difference: an answer always fits its
 * schema.
 * @throws RequestError when there is no such format, or its schema cannot be enforced
 */
function parseTextFormat(format: TextFormatBody | null | undefined): OutputFormat | undefined {
  return parseFormat(format?.type, "text.format", () => {
    if (!format?.name) throw missingParameter("text.format.name");
    return parseJsonFormat({ ...format, name: format.name }, "text.format", "response_format");
  });
}

/** Parameters of Chat Completions, and the places where the Responses API has them. */
const MOVED: Readonly<Record<string, string>> = {
  response_format: "text.format",
  max_tokens: "max_output_tokens",
  max_completion_tokens: "max_output_tokens",
};

/**
 * Refuses a parameter of Chat Completions that would otherwise be silently ignored, though it changes the answer.
 * @throws RequestError worded like OpenAI's, naming the new place
 */
function rejectMovedParameters(request: Readonly<Record<string, unknown>>): void {
  for (const [name, place] of Object.entries(MOVED)) {
    if (!isGiven(request[name])) continue;
    throw new RequestError(
      "unsupported_parameter",
      `Unsupported parameter: '${name}'. In the Responses API, this parameter has moved to '${place}'. Try again with the new parameter.`,
      name,
    );
  }
}
