import { describe, expect, test } from "vitest";

import { httpError } from "../../src/demo/build-fault.ts";
import { text } from "../../src/demo/build-reply.ts";

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

describe("a server whose key the API refuses", () => {
  const turnpike = shareTurnpike();
  const REFUSED = httpError(401, { message: "invalid x-api-key" });

  test("tells the client at the first refusal, its health until a turn ends well, and its log once", async () => {
    const { upstream, post, fetch, until } = turnpike();
    upstream.respondWith(REFUSED);
    const ask = () => post({ model: "sonnet", messages: [{ role: "user", content: "hello" }] });
    for (const count of [1, 2]) {
      await expectError(await ask(), {
        status: 401,
        type: "authentication_error",
        code: "upstream_authentication_failed",
        message: /server's own credentials.*not about your key/,
      });
      // Claude Code would ask ten times more.
      expect(upstream.requests).toHaveLength(count);
    }
    const report = await until(({ status }) => status === "not-ready");
    expect(report.problem).toMatch(/API refuses the credentials.*ANTHROPIC_API_KEY/);
    expect((await fetch("/health/ready")).status).toBe(503);

    upstream.respondWith(text("hello"));
    expect((await ask()).status).toBe(200);
    expect((await fetch("/health/ready")).status).toBe(200);
  });
});
