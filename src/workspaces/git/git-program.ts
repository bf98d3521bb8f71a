import { execFile } from "node:child_process";

/** The variables that git needs. The rest of the environment stays out: `GIT_DIR` and the like would mislead it. */
export interface GitEnvironment {
  readonly PATH?: string | undefined;
  readonly HOME?: string | undefined;
  readonly XDG_CONFIG_HOME?: string | undefined;
}

const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;
/** Git can hang on a pipe that has the name of one of its files. */
const MAX_RUN_MS = 30_000;
const DEFAULT_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin";

/** Git without any configuration but ours: neither the repository's nor the person's can make it run another program. */
export class GitProgram {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #personal: GitEnvironment;
  #excludesFile: Promise<string | undefined> | undefined;

  constructor(environment: GitEnvironment) {
    this.#personal = environment;
    this.#environment = {
      PATH: environment.PATH ?? DEFAULT_PATH,
      ...(environment.HOME !== undefined && { HOME: environment.HOME }),
      ...(environment.XDG_CONFIG_HOME !== undefined && { XDG_CONFIG_HOME: environment.XDG_CONFIG_HOME }),
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_NO_LAZY_FETCH: "1",
      GIT_TERMINAL_PROMPT: "0",
    };
  }

  /** Returns what git prints. @throws when git is missing, fails, or the signal aborts, which kills git */
  async run(
    arguments_: readonly string[],
    options: { readonly folder: string; readonly signal: AbortSignal; readonly input?: string },
  ): Promise<Buffer> {
    return this.#run(arguments_, this.#environment, options);
  }

  /** The person's global ignore file, if it is not at git's default place. */
  excludesFile(): Promise<string | undefined> {
    this.#excludesFile ??= this.#readExcludesFile();
    return this.#excludesFile;
  }

  async #readExcludesFile(): Promise<string | undefined> {
    // This only reads a setting, so the person's configuration may apply; `--includes` would not change what git runs.
    const environment = { ...this.#environment };
    delete environment.GIT_CONFIG_GLOBAL;
    if (this.#personal.HOME === undefined) return undefined;
    try {
      const output = await this.#run(
        ["config", "--global", "--type=path", "--get", "core.excludesFile"],
        environment,
        {
          folder: "/",
          signal: new AbortController().signal,
        },
      );
      return output.toString().trim() || undefined;
    } catch {
      // `core.excludesFile` is not set.
      return undefined;
    }
  }

  #run(
    arguments_: readonly string[],
    env: NodeJS.ProcessEnv,
    {
      folder,
      signal,
      input,
    }: { readonly folder: string; readonly signal: AbortSignal; readonly input?: string },
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        "git",
        arguments_,
        {
          cwd: folder,
          env,
          signal,
          encoding: "buffer",
          maxBuffer: MAX_OUTPUT_BYTES,
          timeout: MAX_RUN_MS,
          killSignal: "SIGKILL",
          windowsHide: true,
        },
        (error, output) => {
          if (!error) return resolve(output);
          reject(signal.aborted ? signal.reason : error);
        },
      );
      // Git may exit before it has read all of its input.
      child.stdin?.on("error", () => child.stdin?.destroy());
      child.stdin?.end(input ?? "");
    });
  }
}
