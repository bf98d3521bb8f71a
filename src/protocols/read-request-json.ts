import { parseJson } from "./parse-json.ts";
import { requireShortLists } from "./require-short-lists.ts";
import type { JsonObject } from "../core/words/client-tool.ts";
import { Breath } from "../lib/breath.ts";
import { isRecord } from "../lib/is-record.ts";
import { findSizeProblem } from "./tool-bounds.ts";
import { readToolSchema } from "./json-schema/tool-schema.ts";

/**
 * What a client sent, by HTTP or WebSocket, with all that takes long for a large request done in slices.
 * @param bytes - UTF-8
 * @throws SyntaxError when it is no JSON, TypeError when it is not UTF-8, AppError when it is beyond the bounds of what is read
 */
export async function readRequestJson(bytes: Uint8Array): Promise<unknown> {
  const body = await parseJson(bytes);
  requireShortLists(body);
  await learnToolSchemas(body);
  return body;
}

/**
 * Reads the schemas of the tools that a body declares, in whatever protocol, one after the other and with others in between. They
 * are remembered, so that reading the request as a whole, which is done in one go, has next to nothing left to do.
 */
async function learnToolSchemas(body: unknown): Promise<void> {
  if (!isRecord(body)) return;
  const breath = new Breath();
  for (const list of [body["tools"], body["functions"]]) {
    if (!Array.isArray(list)) continue;
    const tools = list.filter(isRecord);
    if (findSizeProblem(tools) !== undefined) return;
    for (const tool of tools.flatMap(withNested)) {
      if (breath.isDue) await breath.take();
      learn(tool);
    }
  }
}

/** Some of Responses hold others. */
function withNested(tool: JsonObject): readonly JsonObject[] {
  const { tools } = tool;
  return Array.isArray(tools) ? [tool, ...tools.filter(isRecord)] : [tool];
}

function learn(tool: JsonObject): void {
  const inner = tool["function"];
  const { parameters } = isRecord(inner) ? inner : tool;
  // What is wrong with it is told when the request is read.
  if (isRecord(parameters)) readToolSchema(parameters, true);
  const schema = tool["input_schema"];
  if (isRecord(schema)) readToolSchema(schema, false);
}
