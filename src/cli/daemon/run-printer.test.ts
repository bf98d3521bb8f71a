import { expect, test } from "vitest";

import { plain } from "../../../test/cli/fake-context.ts";
import type { Line } from "../../lib/styled-line.ts";
import type { RunBody } from "../../protocols/admin/format-run.ts";
import { RunPrinter } from "./run-printer.ts";

const RUN: RunBody = {
  id: "turn_1",
  object: "run",
  state: "running",
  client: "tester/1.0",
  principal: "key_1",
  protocol: "responses",
  profile: "chat",
  model: "sonnet",
  conversation_id: null,
  conversation_name: null,
  placement: null,
  activity: null,
  asked_at: 1_000,
  started_at: 1_500,
  first_token_at: null,
  ended_at: null,
  output_tokens: 0,
  is_estimate: true,
  usage: null,
  cost_usd: null,
  error: null,
};

function show(run: Partial<RunBody>): string {
  const printed: Line[] = [];
  const terminal = {
    print: (...lines: readonly Line[]) => void printed.push(...lines),
    printPart: (part: Line) => void printed.push(part),
  };
  new RunPrinter(terminal, "turnpike requests show turn_1").print({ type: "run", run: { ...RUN, ...run } });
  return plain(printed);
}

test("of a turn under way its head, of one that is over how it ended", () => {
  expect(show({})).toBe("turn_1 · running · responses, tester/1.0 · chat · sonnet");
  const usage = {
    input_tokens: 3,
    cache_read_tokens: 20,
    cache_write_tokens: 100,
    output_tokens: 7,
    reasoning_tokens: 0,
  };
  const told = show({ state: "completed", ended_at: 4_000, usage, cost_usd: 0.0123 });
  expect(told).toMatch(
    /^turn_1 · completed .*\nasked at \d\d:\d\d:\d\d, started after 0\.5 s, over after 3\.0 s\n/,
  );
  expect(told).toContain("123 tokens in (20 from the cache), 7 out · $0.0123\n");
  expect(told).toMatch(/What is on record: turnpike requests show turn_1$/);
});

test("of a turn that failed in the queue why, and no tokens", () => {
  const error = { code: "cancelled", message: "The operator ended it." };
  const told = show({ state: "cancelled", started_at: null, ended_at: 2_000, error });
  expect(told).toMatch(/cancelled[^]*The operator ended it\.\nasked at .*, over after 1\.0 s\nIts events/);
});
