import { isRecord } from "../../lib/is-record.ts";
import { z } from "zod";

import { AppError } from "../../core/words/app-error.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { parseBody } from "../parse-body.ts";
import { readRequestJson } from "../read-request-json.ts";
import { RequestError, unsupportedValue } from "../request-error.ts";

/** What a client sends on a WebSocket. */
export type ClientEvent =
  | {
      readonly type: "create";
      /** The body of the same request over HTTP. */
      readonly body: JsonObject;
      /** Only prepare what comes before a turn, without asking the model. */
      readonly isWarmUp: boolean;
    }
  | { readonly type: "cancel"; readonly responseId?: string }
  | { readonly type: "steer"; readonly input: unknown; readonly previousResponseId: string }
  /** A message that needs no reaction. */
  | { readonly type: "note" };

const STREAM_ID = /^[A-Za-z0-9_.-]{1,256}$/;
const TYPES = ["response.create", "response.cancel", "response.steer"];

const createSchema = z.looseObject({
  generate: z.boolean().nullish(),
  background: z.boolean().nullish(),
  prompt_cache_options: z.looseObject({ prewarm: z.boolean().nullish() }).nullish(),
});
const cancelSchema = z.looseObject({ response_id: z.string().nullish() });
const steerSchema = z.looseObject({ previous_response_id: z.string(), input: z.unknown() });

/** @throws RequestError for anything that is not a JSON object, or exceeds the limits of what is read */
export async function readFrame(bytes: Uint8Array): Promise<JsonObject> {
  let value: unknown;
  try {
    value = await readRequestJson(bytes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const problem = new RequestError(null, "A message on this connection must be valid JSON.");
    problem.cause = error;
    throw problem;
  }
  if (isRecord(value)) return value;
  throw new RequestError("invalid_type", "A message on this connection must be a JSON object with a 'type'.");
}

/**
 * The lane of an event: requests on one lane are answered in order, and lanes do not wait for each other. Undefined for the lane
 * without a name.
 * @throws RequestError for an invalid name
 */
export function readStreamId({ stream_id: streamId }: JsonObject): string | undefined {
  if (streamId === undefined || streamId === null) return undefined;
  if (typeof streamId === "string" && STREAM_ID.test(streamId)) return streamId;
  throw new RequestError(
    "invalid_stream_id",
    "The 'stream_id' field must be a non-empty string with at most 256 characters and may only contain letters, numbers, underscores, hyphens, and periods.",
    "stream_id",
  );
}

/** @throws RequestError for an unknown or incomplete event */
export function parseClientEvent(frame: JsonObject): ClientEvent {
  switch (frame["type"]) {
    case "response.create":
      return parseCreate(frame);
    case "response.cancel": {
      const { response_id: responseId } = parseBody(cancelSchema, frame);
      return { type: "cancel", ...(responseId && { responseId }) };
    }
    case "response.steer": {
      const event = parseBody(steerSchema, frame);
      return { type: "steer", input: event.input, previousResponseId: event.previous_response_id };
    }
    case "response.processed":
      return { type: "note" };
    default:
      throw new RequestError(
        "invalid_value",
        `Unknown event type. This connection takes ${TYPES.map((type) => `'${type}'`).join(", ")}.`,
        "type",
      );
  }
}

function parseCreate(frame: JsonObject): ClientEvent {
  const { type: _type, stream_id: _streamId, ...fields } = frame;
  // OpenAI's Realtime API nests the fields one level deeper, and so do some clients of this API.
  const nested = fields["response"];
  const given = isRecord(nested) && fields["input"] === undefined ? nested : fields;
  const { generate, background, prompt_cache_options: cache } = parseBody(createSchema, given);
  if (background) {
    throw unsupportedValue("background", "true", "Background responses are created with POST /v1/responses.");
  }
  const { generate: _generate, ...body } = given;
  return {
    type: "create",
    // A WebSocket always streams, whatever the client says.
    body: { ...body, stream: true },
    isWarmUp: generate === false || cache?.prewarm === true,
  };
}
