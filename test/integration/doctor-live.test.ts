import { expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { text } from "../../src/demo/build-reply.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { runTurnpike } from "./run-turnpike.ts";
import { makeFolder } from "./start-turnpike.ts";

async function examine(environment: Readonly<Record<string, string>> = {}) {
  const upstream = await startUpstream();
  const run = async (...flags: string[]) => {
    const doctor = runTurnpike(["doctor", ...flags], { folder: await makeFolder(), upstream, environment });
    const { code } = await doctor.finished;
    const line = doctor.stdout.split("\n").find((each) => each.includes("Model's API"));
    return { code, line };
  };
  return { upstream, run };
}

test("doctor --live has a model say a word, once; without it none is asked", async () => {
  const { upstream, run } = await examine();
  upstream.respondWith(text("ok"));
  expect(await run()).toEqual({ code: 0, line: undefined });
  expect(upstream.requests).toEqual([]);
  const { code, line } = await run("--live");
  expect(line).toMatch(/^ok +Model's API +takes the credentials; a word of it cost \$0\.\d{4}$/);
  expect(code).toBe(0);
  expect(upstream.requests).toHaveLength(1);
  const [request] = upstream.requests;
  expect(request?.body.max_tokens).toBeLessThan(100);
  expect(request?.body.model).toMatch(/haiku/);
  expect(request?.body.tools ?? []).toEqual([]);
});

test.each([
  [401, "authentication_error", "invalid x-api-key", /^fail .*refuses the credentials/, 1],
  [403, "permission_error", "Not allowed here.", /^fail .*may not do this.*Not allowed here/, 1],
  [
    400,
    "invalid_request_error",
    "Your credit balance is too low to access the Anthropic API.",
    /^fail .*may not spend more/,
    1,
  ],
  [404, "not_found_error", "model: claude-haiku-4-5", /^warn .*has no model/, 0],
  [429, "rate_limit_error", "Slow down.", /^warn .*at a limit for now/, 0],
  [529, "overloaded_error", "Overloaded", /^warn .*overloaded for now/, 0],
])("doctor --live says what a %i means (%s)", async (status, type, message, expected, exitCode) => {
  const { upstream, run } = await examine({ TURNPIKE_UPSTREAM_RETRIES: "0" });
  upstream.respondWith(httpError(status, { type, message }));
  const { code, line } = await run("--live");
  expect(line).toMatch(expected);
  expect(code).toBe(exitCode);
});

test("doctor --live says that the model's API cannot be reached", async () => {
  const { run } = await examine({ ANTHROPIC_BASE_URL: "http://127.0.0.1:9", TURNPIKE_UPSTREAM_RETRIES: "0" });
  const { code, line } = await run("--live");
  expect(line).toMatch(/^fail +Model's API +cannot be reached/);
  expect(code).toBe(1);
});
