import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { generateOpenAiTypes } from "./generate-openai-types.ts";
import { OPENAI_TYPES_FILE } from "./openai-types.ts";

test("the schema is that of the installed openai package", () => {
  expect(
    JSON.parse(readFileSync(OPENAI_TYPES_FILE, "utf8")),
    "run `node test/schema/write-openai-types.ts && npm run format`, look at the difference, and serve what is new",
  ).toEqual(generateOpenAiTypes());
});
