import { learnToolSchemas } from "./json-schema/learn-tool-schemas.ts";
import { parseJson } from "./parse-json.ts";
import { requireShortLists } from "./require-short-lists.ts";

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
