import { readFileSync } from "node:fs";

import { isRecord } from "../lib/is-record.ts";

/** The version in package.json, which is two folders up both in the source and in the build. */
export const PACKAGE_VERSION = readVersion();

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return isRecord(manifest) && typeof manifest["version"] === "string" ? manifest["version"] : "unknown";
}
