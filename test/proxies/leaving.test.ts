import { describe, expect, onTestFinished, test } from "vitest";

import { reply, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { CHAT_PATH, chatBody } from "../http/scripted-server.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { API_KEY, makeFolder } from "../integration/start-turnpike.ts";
import { HAS_PROXIES, PROXY_NAMES, readSnippet, startProxy, WHY_NO_PROXIES } from "./start-proxy.ts";
import { open, SERVER_NAME } from "./tls-client.ts";

describe.skipIf(!HAS_PROXIES)(`through Claude Code${WHY_NO_PROXIES}`, () => {
  const turnpike = shareTurnpike({ flags: { "server.allowedHosts": [SERVER_NAME] } });

  test.each(PROXY_NAMES)("a client of %s that leaves ends the request to the model", async (name) => {
    const { upstream, url } = turnpike();
    const proxy = await startProxy(name, readSnippet(name), Number(new URL(url).port), await makeFolder());
    onTestFinished(() => proxy.stop());
    const gate = new Gate();
    upstream.clear();
    upstream.respondWith([reply({ blocks: [textBlock("", { chunks: ["Half of ", gate] })] })]);
    const answer = await open(proxy, {
      method: "POST",
      path: CHAT_PATH,
      headers: { "content-type": "application/json", authorization: `Bearer ${API_KEY}` },
      body: chatBody({ stream: true }),
    });
    await answer.untilHas("Half of ");
    const request = await upstream.waitForRequest(1);
    answer.leave();
    expect(await request.ended).toMatchObject({ type: "aborted" });
  });
});
