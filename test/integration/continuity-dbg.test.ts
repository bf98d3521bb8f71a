import { test } from "vitest";
import { text } from "../../src/demo/build-reply.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { ask, assistant, user } from "./ask.ts";
import { startTurnpike } from "./start-turnpike.ts";
import { delay } from "../../src/lib/time.ts";
test("x", async () => {
  const t = await startTurnpike();
  const t0 = performance.now();
  t.upstream.respondWith(({ body }) => text(`re: ${userTexts(body).at(-1)}`));
  const a = await ask(t, "one");
  const b = await ask(t, [user("one"), assistant(a.text), user("two")]);
  await ask(t, [user("one"), assistant("other"), user("two")]);
  await delay(15000);
  for (const r of t.upstream.requests) console.log(Math.round(r.receivedAt - t0), r.sequence, JSON.stringify(r.body).slice(0, 1500), JSON.stringify(r.headers));
}, 40000);
