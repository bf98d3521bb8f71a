import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";

import { openRequestLog } from "../../src/store/request-log/open-request-log.ts";
import { writeManyRequests } from "../../test/conformance/many-requests.ts";

/** Makes a file with so many requests of the last thirty days on record. One that is there stays as it is. */
export async function fillRequestLog(file: string, count: number): Promise<void> {
  if (existsSync(file)) return;
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
