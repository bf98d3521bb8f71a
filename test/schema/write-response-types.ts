import { writeFileSync } from "node:fs";

import { generateResponseTypes } from "./generate-response-types.ts";
import { RESPONSE_TYPES_FILE } from "./response-schemas.ts";

// Run by hand after an update of the openai package: node test/schema/write-response-types.ts && npm run format
writeFileSync(RESPONSE_TYPES_FILE, `${JSON.stringify(generateResponseTypes(), null, 2)}\n`);
