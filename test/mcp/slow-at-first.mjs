// An MCP server that takes long at its first start, as one that `npx` has to fetch: its arguments are a file that it leaves behind
// then, and the milliseconds.
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const [, , file, milliseconds] = process.argv;
if (!existsSync(file)) {
  await setTimeout(Number(milliseconds));
  writeFileSync(file, "");
}
await import("./stdio-server.mjs");
