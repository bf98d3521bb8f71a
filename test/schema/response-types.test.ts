import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { generateResponseTypes } from "./generate-response-types.ts";
import { RESPONSE_TYPES_FILE } from "./response-schemas.ts";

test("the schema is that of the installed openai package", () => {
  expect(
    JSON.parse(readFileSync(RESPONSE_TYPES_FILE, "utf8")),
    "run `node test/schema/write-response-types.ts && npm run format`, look at the difference, and serve what is new",
  ).toEqual(generateResponseTypes());
});
