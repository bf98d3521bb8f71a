import { expect, test } from "vitest";

import { CHAT_PROFILE } from "../../test/engine/turn-fixtures.ts";
import { type LogFields, SILENT_LOGGER } from "../core/ports/logger.ts";
import { warnOfEndings } from "./warn-of-endings.ts";

const of = (id: string, model: string, resolvedModel = model) => ({
  id,
  model,
  resolvedModel,
  createdAt: 0,
  profile: CHAT_PROFILE,
  displayName: id,
});

test("configured models that end soon, or have ended, are named with the day", () => {
  const lines: unknown[] = [];
  const logger = {
    ...SILENT_LOGGER,
    info: (event: string, fields?: LogFields) => lines.push([event, fields]),
  };
  const list = [
    of("sonnet", "sonnet", "claude-sonnet-5-5"),
    of("old", "claude-sonnet-4-5"),
    of("older", "claude-3-7-sonnet-latest"),
    of("listed-only", "claude-sonnet-4-5"),
    of("later", "claude-opus-4-5"),
    of("alias", "opus", "us.anthropic.claude-opus-4-5-20251101-v1:0"),
  ];
  const configured = new Set(["sonnet", "old", "older", "alias", "later"]);
  warnOfEndings({ list: () => list }, configured, {
    clock: () => Date.parse("2026-11-28T10:00:00Z"),
    logger,
  });
  expect(lines).toEqual([
    ["model.ends-soon", { modelId: "old", model: "claude-sonnet-4-5", endsOn: "2026-11-30" }],
    ["model.ended", { modelId: "older", model: "claude-3-7-sonnet-latest" }],
    ["model.ends-soon", { modelId: "later", model: "claude-opus-4-5", endsOn: "2027-01-22" }],
    [
      "model.ends-soon",
      {
        modelId: "alias",
        model: "us.anthropic.claude-opus-4-5-20251101-v1:0",
        endsOn: "2027-01-22",
      },
    ],
  ]);
});
