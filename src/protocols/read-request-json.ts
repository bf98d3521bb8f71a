import { parseJson } from "./parse-json.ts";
import { requireShortLists } from "./require-short-lists.ts";
import { scanCallArguments } from "./scan-call-arguments.ts";
import type { JsonObject } from "../core/words/client-tool.ts";
import { Breath } from "../lib/breath.ts";
import { isRecord } from "../lib/is-record.ts";
import { findSizeProblem } from "./tool-bounds.ts";
import { readToolSchema } from "./json-schema/tool-schema.ts";

/**
 * Parses what a client sent over HTTP or WebSocket; everything that takes long for a large request is done in slices.
 * @param bytes - UTF-8
 * @throws SyntaxError when it is not JSON, TypeError when it is not UTF-8, AppError when it exceeds the limits of what is read
 */
export async function readRequestJson(bytes: Uint8Array): Promise<unknown> {
  const body = await parseJson(bytes);
  requireShortLists(body);
  await scanCallArguments(body);
  await learnToolSchemas(body);
  return body;
}

/**
 * Reads the schemas of all tools that a body declares, in any protocol, one by one and letting others run in between. They are
 * cached, so that parsing the request, which happens in one go, has almost nothing left to do.
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

/** Some tools of the Responses API contain other tools. */
function withNested(tool: JsonObject): readonly JsonObject[] {
  const { tools } = tool;
  return Array.isArray(tools) ? [tool, ...tools.filter(isRecord)] : [tool];
}

function learn(tool: JsonObject): void {
  const inner = tool["function"];
  const { parameters } = isRecord(inner) ? inner : tool;
  // Mistakes in the schema are reported when the request is parsed.
  if (isRecord(parameters)) readToolSchema(parameters, true);
  const schema = tool["input_schema"];
  if (isRecord(schema)) readToolSchema(schema, false);
}
