import { detectSandbox } from "../../src/engines/process/sandbox-support.ts";

/** Why tests of the sandbox are left out; undefined when they run. On CI they always do, and fail where it does not work. */
export async function whyNoSandbox(): Promise<string | undefined> {
  const { isAvailable, detail } = await detectSandbox(process.env["PATH"]);
  return isAvailable || process.env["CI"] === "true" ? undefined : detail;
}
