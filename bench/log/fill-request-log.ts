import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";

import type { RequestLogBounds } from "../../src/core/ports/request-log.ts";
import { openRequestLog } from "../../src/store/request-log/open-request-log.ts";
import { writeManyRequests } from "../../test/conformance/many-requests.ts";

/** The defaults of `requestLog`. */
const LOG_BOUNDS: RequestLogBounds = { maxAgeMs: 30 * 86_400_000, maxEntries: 1_000_000 };

/**
 * Makes a file with so many requests of the last thirty days on record, without what is too old or too much by now: a server would be
 * busy with that otherwise.
 */
export async function fillRequestLog(file: string, count: number): Promise<void> {
  if (!existsSync(file)) await fill(file, count);
  await sweep(file);
}

async function fill(file: string, count: number): Promise<void> {
  const unfinished = `${file}.unfinished`;
  const log = await openRequestLog({ type: "sqlite", file: unfinished });
  try {
    await writeManyRequests(log, { count, until: Date.now() });
  } finally {
    // What its journal holds goes into the file.
    await log.close();
  }
  await rename(unfinished, file);
}

async function sweep(file: string): Promise<void> {
  const log = await openRequestLog({ type: "sqlite", file });
  try {
    while (await log.deleteSome(LOG_BOUNDS, Date.now()));
  } finally {
    await log.close();
  }
}
