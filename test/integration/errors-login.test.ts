import { describe, expect, test } from "vitest";

import { expectError } from "./expect-error.ts";
import { shareTurnpike } from "./share-turnpike.ts";

describe("a server without credentials", () => {
  const turnpike = shareTurnpike({
    waitUntilReady: false,
    environment: { ANTHROPIC_API_KEY: undefined, ANTHROPIC_BASE_URL: undefined },
  });

  test("starts, and its health says what is missing and how to mend it", async () => {
    const { until, fetch } = turnpike();
    const report = await until(({ status }) => status === "not-ready");

    expect(report.problem).toMatch(/not logged in.*ANTHROPIC_API_KEY.*--demo/);
    expect(report).toMatchObject({ engine: { isLoggedIn: false }, spares: { ready: 0, starting: 0 } });
    const ready = await fetch("/health/ready");
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: "not-ready", problem: report.problem });
    expect((await fetch("/health/live")).status).toBe(200);
  });

  test.each(["sonnet", "claude-code"])("tells each client of %s, streaming or not", async (model) => {
    await turnpike().until(({ status }) => status === "not-ready");
    for (const stream of [false, true]) {
      const response = await turnpike().post({
        model,
        messages: [{ role: "user", content: "hello" }],
        stream,
      });
      expect(response.headers.get("x-should-retry")).toBe("false");
      await expectError(response, {
        status: 503,
        type: "server_error",
        code: "not_logged_in",
        message: /ANTHROPIC_API_KEY/,
      });
    }
  });

  test("still lists the models", async () => {
    const body: unknown = await (await turnpike().fetch("/v1/models")).json();
    expect(JSON.stringify(body)).toContain('"claude-code"');
  });
});
