/**
 * The program of somebody who looks at the dashboard: it follows the feed, and asks again what has changed, as often as the pages do
 * (dashboard/src/api/use-live-data.ts), but for Overview, Requests and Live all at once. Ended with the bench.
 */
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";

import { schedule } from "../../src/lib/time.ts";

const ASKED_AGAIN = [
  { everyMs: 1_000, paths: ["requests?limit=50", "runs", "approvals"] },
  { everyMs: 3_000, paths: ["overview?range=24h", "status", "conversations?limit=50"] },
  { everyMs: 15_000, paths: ["plan", "usage?by=day"] },
];
/** As many as a browser opens to one server. */
const agent = new Agent({ keepAlive: true, maxSockets: 6 });

process.on("disconnect", () => process.exit());
const [message]: unknown[] = await once(process, "message");
// Proof: open-dashboard.ts sends this one message.
const { url, key } = message as { url: string; key: string };

for (const { paths } of ASKED_AGAIN) for (const path of paths) await ask(path);
const feed = await open("feed");
const refreshers = ASKED_AGAIN.map(({ everyMs, paths }) =>
  everySoOften(everyMs, () => Promise.all(paths.map(ask))),
);
process.send?.("open");
for await (const text of feed.setEncoding("utf8")) {
  if (String(text).includes("\nevent: ") || String(text).startsWith("event: ")) {
    for (const refresh of refreshers) refresh();
  }
}
throw new Error("The feed has ended.");

async function ask(path: string): Promise<void> {
  const answer = await open(path);
  for await (const chunk of answer) void chunk;
}

async function open(path: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${key}` };
  const sent = request(`${url}/admin/api/${path}`, { agent, headers }).end();
  // Proof: what a response is told with.
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`${path} was answered with ${answer.statusCode ?? "?"}.`);
  return answer;
}

/** Acts at once when it is called, and then at most every so often; the last call always counts. */
function everySoOften(everyMs: number, act: () => Promise<unknown>): () => void {
  let isWaiting = false;
  let isAsked = false;
  const run = () => {
    isAsked = false;
    isWaiting = true;
    // A failure is the process's, which ends, and so the bench.
    void act();
    schedule(everyMs, () => {
      isWaiting = false;
      if (isAsked) run();
    });
  };
  return () => {
    if (isWaiting) isAsked = true;
    else run();
  };
}
