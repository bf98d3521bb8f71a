import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { ModelAbilities } from "../../src/core/models/model-abilities.ts";
import { MODEL_TABLE } from "../../src/core/models/model-table.ts";
import { tablesBelow } from "./markdown-table.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/models.md"), "utf8");
const FORCED = { taken: "yes", refused: "in words", "without-thinking": "without thinking" } as const;

test("the page of the models says what the code does", () => {
  const [table = []] = tablesBelow(PAGE, "What each model takes");
  const told = Object.fromEntries(
    table.map(([name = "", ...cells]) => [name.replaceAll("`", ""), cells.map((cell) => cell.trim())]),
  );
  const wanted = Object.fromEntries(Object.entries(MODEL_TABLE).map(([id, line]) => [id, describe(line)]));
  expect(told).toEqual(wanted);
});

type Line = Omit<ModelAbilities, "id" | "isKnown">;

function describe(line: Line): readonly string[] {
  return [
    line.sampling,
    FORCED[line.forcedTools],
    describeThinking(line),
    describeEffort(line),
    inThousands(line.contextTokens),
    inThousands(line.maxOutputTokens),
    line.endsOn ?? "",
  ];
}

function describeThinking({ thinking }: Line): string {
  const { disabledUpTo, betweenToolsUpTo, budget } = thinking;
  const least = disabledUpTo ? `off${upTo(disabledUpTo)}` : undefined;
  const between = betweenToolsUpTo ? `between tools${upTo(betweenToolsUpTo)}` : undefined;
  return [least ?? between ?? "always", ...(budget ? ["budget"] : [])].join(", ");
}

function upTo(level: string): string {
  return level === "max" ? "" : ` up to ${level}`;
}

function describeEffort({ efforts, defaultEffort }: Line): string {
  if (efforts.length === 0) return "none";
  const gap = efforts.includes("max") && !efforts.includes("xhigh") ? " without xhigh" : "";
  return `${efforts[0]}–${efforts.at(-1)}${gap} (${defaultEffort})`;
}

function inThousands(tokens: number): string {
  return tokens >= 1_000_000 ? `${tokens / 1_000_000}M` : `${tokens / 1000}k`;
}
