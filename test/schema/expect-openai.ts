import { Ajv, type ValidateFunction } from "ajv";
import type OpenAI from "openai";
import { expect } from "vitest";

import { readOpenAiTypes } from "./openai-types.ts";

/** What a checked value may be read as; OpenAI's types do not have our own fields. */
interface CheckedTypes {
  ChatCompletion: OpenAI.ChatCompletion;
  ChatCompletionChunk: OpenAI.ChatCompletionChunk;
  ChatCompletionDeleted: OpenAI.ChatCompletionDeleted;
  ChatCompletionStoreMessage: OpenAI.ChatCompletionStoreMessage;
  ErrorBody: { error: OpenAI.ErrorObject };
  ModelList: { object: "list"; data: OpenAI.Model[] };
  Model: OpenAI.Model;
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>();

/** The shapes that are no types of the package, but are made of them. */
const SHAPES = {
  ErrorBody: objectOf({ error: { $ref: "#/definitions/ErrorObject" } }),
  ModelList: objectOf({
    object: { const: "list" },
    data: { type: "array", items: { $ref: "#/definitions/Model" } },
  }),
};

let definitions: ReturnType<typeof readOpenAiTypes> | undefined;

/** Checks that a value is exactly what the `openai` package's type of that name says, no field more. */
export function expectOpenAi<Name extends keyof CheckedTypes>(
  name: Name,
  value: unknown,
): CheckedTypes[Name] {
  let validate = validators.get(name);
  if (!validate) {
    definitions ??= { ...readOpenAiTypes(), ...SHAPES };
    validate = ajv.compile({ $ref: `#/definitions/${name}`, definitions });
    validators.set(name, validate);
  }
  const problems = validate(value)
    ? []
    : (validate.errors ?? []).map(
        (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
      );
  expect(problems, `${name}: ${JSON.stringify(value)}`).toEqual([]);
  // Proof for the cast: it has just been checked against a schema made from this type.
  return value as CheckedTypes[Name];
}

export const expectChatCompletion = (body: unknown) => expectOpenAi("ChatCompletion", body);
export const expectChatChunk = (chunk: unknown) => expectOpenAi("ChatCompletionChunk", chunk);
export const expectErrorBody = (body: unknown) => expectOpenAi("ErrorBody", body);
export const expectModelList = (body: unknown) => expectOpenAi("ModelList", body);
export const expectModel = (body: unknown) => expectOpenAi("Model", body);
export const expectChatCompletionDeleted = (body: unknown) => expectOpenAi("ChatCompletionDeleted", body);
export const expectStoredMessage = (body: unknown) => expectOpenAi("ChatCompletionStoreMessage", body);

function objectOf(properties: Readonly<Record<string, object>>) {
  return {
    type: "object" as const,
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}
