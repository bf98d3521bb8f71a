import { writeFileSync } from "node:fs";

import { generateOpenAiTypes } from "./generate-openai-types.ts";
import { OPENAI_TYPES_FILE } from "./openai-types.ts";

// Run by hand after an update of the openai package: node test/schema/write-openai-types.ts && npm run format
writeFileSync(OPENAI_TYPES_FILE, `${JSON.stringify(generateOpenAiTypes(), null, 2)}\n`);
