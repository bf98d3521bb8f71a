/** Asks for `/health/live` all the time, and says how long the slowest answer took since it was asked last. */
import { Agent, get } from "node:http";

import { delay } from "../../../src/lib/time.ts";

export interface WatchRequest {
  readonly url: string;
}

export interface Watched {
  readonly slowestMs: number;
}

const PAUSE_MS = 10;
const agent = new Agent({ keepAlive: true });
let watched = { slowestMs: 0 };
let url: string | undefined;

process.on("message", (message: WatchRequest) => {
  process.send?.(watched);
  watched = { slowestMs: 0 };
  if (url !== undefined) return;
  url = message.url;
  look(url);
});
process.send?.("ready");

function look(at: string): void {
  const startedAt = performance.now();
  get(at, { agent }, (response) => {
    response.resume().once("end", () => {
      watched.slowestMs = Math.max(watched.slowestMs, performance.now() - startedAt);
      void delay(PAUSE_MS).then(() => look(at));
    });
  }).once("error", (error) => {
    throw error;
  });
}
