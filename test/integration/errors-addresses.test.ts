import { expect, test } from "vitest";

import { errorEvent, httpError } from "../../src/demo/build-fault.ts";
import { reply, textBlock } from "../../src/demo/build-reply.ts";
import type { Reply } from "../../src/demo/reply.ts";
import { shareTurnpike } from "./share-turnpike.ts";

const GATEWAY = "gate-7.models.corp.internal";
const SECRET_HEADER = "team-of-blue-whales";
const turnpike = shareTurnpike({
  flags: { "turns.upstreamRetries": 0 },
  environment: { ANTHROPIC_CUSTOM_HEADERS: `x-team: ${SECRET_HEADER}` },
});

const ASKED = { role: "user", content: "Who are you?" };
const ways = [
  { path: "/v1/chat/completions", body: { messages: [ASKED] } },
  { path: "/v1/responses", body: { input: "Who are you?" } },
  { path: "/v1/messages", body: { messages: [ASKED], max_tokens: 100 } },
];

/** As gateways answer, which know more than a client may. */
function words(address: string): string {
  return `The deployment at ${address}/v1/messages (${GATEWAY}:8443, 10.20.30.40) of ${SECRET_HEADER} refused it`;
}

function answers(address: string): Reply[] {
  const message = words(address);
  return [
    ...[400, 401, 403, 404, 413, 429, 500, 503].map((status) => httpError(status, { message })),
    reply({ blocks: [textBlock("", { chunks: ["I am", errorEvent("api_error", message), "."] })] }),
  ];
}

test.each(ways)("no error of $path tells a client where the model is asked", async ({ path, body }) => {
  const { fetch, upstream } = turnpike();
  const { host } = new URL(upstream.url);
  for (const answer of answers(upstream.url)) {
    for (const stream of [false, true]) {
      // More than one: some make Claude Code ask again at once.
      upstream.respondWith(() => answer);
      const response = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
        body: JSON.stringify({ model: "sonnet", stream, ...body }),
      });
      const told = `${JSON.stringify([...response.headers])} ${await response.text()}`;
      expect(told).toMatch(/error/);
      for (const secret of [host, GATEWAY, "8443", "10.20.30.40", SECRET_HEADER, "sk-ant"])
        expect(told).not.toContain(secret);
    }
  }
});

test("nor where nobody answers there", async () => {
  const { fetch, upstream } = turnpike();
  const { host } = new URL(upstream.url);
  await upstream.close();
  for (const { path, body } of ways) {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "sonnet", ...body }),
    });
    expect(response.status).toBe(502);
    expect(await response.text()).not.toContain(host);
  }
});
