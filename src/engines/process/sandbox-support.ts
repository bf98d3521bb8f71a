import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { promisify } from "node:util";

import type { SandboxSupport } from "../../core/ports/sandbox-support.ts";
import { codeOf } from "../../lib/error-code.ts";

const TRIAL_TIMEOUT_MS = 3_000;
const MACOS_SANDBOX = "/usr/bin/sandbox-exec";
const HOW_TO_INSTALL = "Install it (Debian and Ubuntu: apt-get install bubblewrap socat).";

/** Needs the same of the kernel as Claude Code's own sandbox; a container or a hardened system may refuse it. */
const TRIAL =
  "--new-session --die-with-parent --unshare-net --unshare-pid --ro-bind / / --dev /dev --proc /proc true".split(
    " ",
  );

/** Tests whether commands can run in a sandbox here. `searchPath` is the PATH that Claude Code gets. */
export async function detectSandbox(searchPath: string | undefined): Promise<SandboxSupport> {
  switch (process.platform) {
    case "linux":
      return detectBubblewrap(searchPath);
    case "darwin":
      return await access(MACOS_SANDBOX, constants.X_OK).then(
        () => ({ isAvailable: true, detail: "sandbox-exec" }),
        () => ({ isAvailable: false, detail: `${MACOS_SANDBOX} is not there.` }),
      );
    default:
      return { isAvailable: false, detail: "Claude Code has no sandbox on this operating system." };
  }
}

async function detectBubblewrap(searchPath: string | undefined): Promise<SandboxSupport> {
  const missing = (await whyNot("socat", ["-V"], searchPath)) ?? (await whyNot("bwrap", TRIAL, searchPath));
  return missing === undefined
    ? { isAvailable: true, detail: "bubblewrap" }
    : { isAvailable: false, detail: missing };
}

/** Returns undefined when the program works, otherwise why it does not. */
async function whyNot(
  program: string,
  args: readonly string[],
  searchPath: string | undefined,
): Promise<string | undefined> {
  try {
    const environment = searchPath === undefined ? {} : { PATH: searchPath };
    await promisify(execFile)(program, args, {
      timeout: TRIAL_TIMEOUT_MS,
      killSignal: "SIGKILL",
      env: environment,
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    if (codeOf(error) === "ENOENT") return `${program} is not installed. ${HOW_TO_INSTALL}`;
    const said = "stderr" in error ? String(error.stderr).trim().split("\n", 1)[0] : "";
    return `${program} does not work here (${said || "it did not end in time"}). In a container it needs the right to make user namespaces.`;
  }
}
