import type { ClientTool } from "../../../core/words/client-tool.ts";
import { describeSchemaIssue } from "../../describe-schema-issue.ts";
import { describeTextFormat, FREE_TEXT } from "../../free-text.ts";
import { parseFunctionSchema } from "../../json-schema/parse-function-schema.ts";
import { invalidValue, missingParameter, unsupportedValue } from "../../request-error.ts";
import { TOOL_NAME } from "../items/item-schemas.ts";
import { modelToolName } from "./model-tool-name.ts";
import type { ToolOrigin } from "../responses-request.ts";
import type { NamedToolBody } from "../request/responses-request-schema.ts";

/** A client tool as the model sees it, and how it was declared. */
export interface ParsedTool {
  readonly tool: ClientTool;
  readonly origin: ToolOrigin;
}

/** The namespace in which a tool is declared. */
export interface Namespace {
  readonly name: string;
  readonly description?: string;
}

/** @throws RequestError naming what in a function or custom tool is wrong */
export function parseNamedTool(body: NamedToolBody, param: string, namespace?: Namespace): ParsedTool {
  requireDirectCalls(body, param);
  const name = requireToolName(body.name, `${param}.name`);
  const modelName = modelToolName(name, namespace?.name);
  const place = { name, ...(namespace && { namespace: namespace.name }) };
  switch (body.type) {
    case "function": {
      const described = describe([namespace?.description, body.description]);
      // OpenAI checks calls unless told not to; so without `strict`, a schema that cannot be used for checking is no mistake.
      const isStrict = body.strict ?? ("if-possible" as const);
      const tool = {
        name: modelName,
        ...described,
        inputSchema: parseFunctionSchema({ name, parameters: body.parameters }, param),
        ...(isStrict && { isStrict }),
      };
      return { tool, origin: { type: "function", ...place } };
    }
    case "custom": {
      const described = describe([
        namespace?.description,
        body.description,
        describeTextFormat(body.format, param),
      ]);
      const tool = { name: modelName, ...described, inputSchema: FREE_TEXT, isStrict: true as const };
      return { tool, origin: { type: "custom", ...place } };
    }
    default:
      throw invalidValue(`${param}.type`, body.type, ["function", "custom"]);
  }
}

function requireToolName(name: string | null | undefined, param: string): string {
  if (name === undefined || name === null) throw missingParameter(param);
  const [issue] = TOOL_NAME.safeParse(name).error?.issues ?? [];
  if (issue) throw describeSchemaIssue({ ...issue, path: [param] }, { [param]: name });
  return name;
}

/** @throws RequestError when only programs may call the tool, since there are none here */
export function requireDirectCalls({ allowed_callers: callers }: NamedToolBody, param: string): void {
  if (!callers || callers.length === 0 || callers.includes("direct")) return;
  throw unsupportedValue(
    `${param}.allowed_callers`,
    callers.join(", "),
    "Programmatic tool calling is not served; allow 'direct'.",
  );
}

function describe(texts: readonly (string | null | undefined)[]): Pick<ClientTool, "description"> {
  const given = texts.filter((text) => text !== undefined && text !== null && text !== "");
  return given.length === 0 ? {} : { description: given.join("\n\n") };
}
