import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";

/** Settings that keep git from running anything a repository brings along and from prompting. */
const SAFE_SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "gc.auto=0",
];
const SAFE_ENVIRONMENT = {
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  LC_ALL: "C",
};

export interface GitResult {
  /** Undefined when git could not be started or was killed. */
  readonly exitCode?: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git for the server itself: no hooks, no questions, and none of the server's own `GIT_*` variables. */
export class Git {
  readonly #environment: Readonly<Record<string, string | undefined>>;

  /** @param ceilings folders at which the search for a repository upwards stops */
  constructor(environment: Readonly<Record<string, string | undefined>>, ceilings: readonly string[] = []) {
    const own = Object.entries(environment).filter(([name]) => !name.startsWith("GIT_"));
    const stop = { GIT_CEILING_DIRECTORIES: ceilings.join(":") };
    this.#environment = { ...Object.fromEntries(own), ...SAFE_ENVIRONMENT, ...stop };
  }

  /** Does not throw when git fails; throws when the signal aborts. */
  async run(
    folder: string,
    args: readonly string[],
    signal: AbortSignal,
    input?: string,
  ): Promise<GitResult> {
    signal.throwIfAborted();
    const settings = SAFE_SETTINGS.flatMap((setting) => ["-c", setting]);
    const child = spawn("git", [...settings, ...args], {
      cwd: folder,
      env: this.#environment,
      stdio: ["pipe", "pipe", "pipe"],
      signal,
    });
    const exited = Promise.withResolvers<number | undefined>();
    child.on("error", () => exited.resolve(undefined));
    child.on("close", (code) => exited.resolve(code ?? undefined));
    // Git may exit before it has read all of its input.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const [stdout, stderr, exitCode] = await Promise.all([
      buffer(child.stdout),
      buffer(child.stderr),
      exited.promise,
    ]);
    signal.throwIfAborted();
    return { stdout, stderr: stderr.toString(), ...(exitCode === undefined ? {} : { exitCode }) };
  }

  /** What git prints, or undefined when it fails. */
  async read(
    folder: string,
    args: readonly string[],
    signal: AbortSignal,
    input?: string,
  ): Promise<string | undefined> {
    const { exitCode, stdout } = await this.run(folder, args, signal, input);
    return exitCode === 0 ? stdout.toString() : undefined;
  }
}
