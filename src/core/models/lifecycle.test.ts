import { expect, test } from "vitest";

import { abilitiesOf } from "./abilities-of.ts";
import { lifecycleOf } from "./lifecycle.ts";

const at = (day: string) => Date.parse(`${day}T12:00:00Z`);

test.each([
  ["claude-sonnet-5-5", "2026-11-28", "active"],
  ["claude-foo-9", "2026-11-28", "active"],
  ["claude-sonnet-4-5", "2026-11-28", "deprecated"],
  ["claude-sonnet-4-5", "2026-11-30", "deprecated"],
  ["claude-sonnet-4-5", "2026-12-01", "retired"],
  ["us.anthropic.claude-opus-4-5-20251101-v1:0", "2026-12-24", "deprecated"],
  ["claude-3-7-sonnet-20250219", "2026-11-28", "retired"],
])("%s on %s is %s", (model, day, stage) => {
  expect(lifecycleOf(abilitiesOf(model), at(day)).stage).toBe(stage);
});
