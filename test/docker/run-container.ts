import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

import { delay } from "../../src/lib/time.ts";
import type { Image } from "./build-image.ts";

export interface Mount {
  readonly target: string;
  /** A folder of this machine; without one a tmpfs. */
  readonly source?: string;
  /** Of a tmpfs. */
  readonly options?: string;
}

export interface ContainerPlan {
  readonly image: Image;
  readonly mounts: readonly Mount[];
  /** Behind the entry point. */
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Finished {
  readonly code: number | null;
  readonly output: string;
}

export interface Container {
  readonly output: string;
  readonly finished: Promise<Finished>;
  /** Runs a command in it as its user, as `docker exec` does. */
  exec(...command: readonly string[]): Promise<Finished>;
  /** To its first process. */
  kill(signal: NodeJS.Signals): void;
  untilSays(pattern: RegExp): Promise<RegExpExecArray>;
  /** Kills whatever still runs in it. */
  end(): Promise<void>;
}

/**
 * Runs an image with a read-only root, as its user, with no capability and no way to a new one, in namespaces of its own for
 * processes, mounts and network; nothing reaches it from outside, nor does it reach anything.
 */
export function runContainer({ image, mounts, args, environment = {} }: ContainerPlan): Container {
  const mountLines = mounts.map(({ source, target, options }) =>
    source === undefined
      ? `mount -t tmpfs -o ${options ?? "rw"} tmpfs '${image.root}${target}'`
      : `mount --bind '${source}' '${image.root}${target}'`,
  );
  const script = [
    "ip link set lo up",
    `mount --bind '${image.root}' '${image.root}'`,
    `mount -t proc proc '${image.root}/proc'`,
    `mount --rbind /dev '${image.root}/dev'`,
    ...mountLines,
    `mount -o remount,bind,ro '${image.root}'`,
    'exec "$@"',
  ].join("\n");
  const variables = { ...image.environment, ...environment };
  const child = spawn(
    "unshare",
    ["--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-ec", script, "sh"].concat(
      inRoot(image, [...image.entrypoint, ...args]),
    ),
    { env: variables, stdio: ["ignore", "pipe", "pipe"] },
  );
  const said = collect(child);
  const finished = once(child, "close").then(([code]): Finished => ({ code, output: said.text }));
  return {
    get output() {
      return said.text;
    },
    finished,
    async exec(...command) {
      const first = await enteredProcess(child, image, said);
      const entered = spawn(
        "nsenter",
        ["--target", first, "--mount", "--net", "--pid", "--", ...inRoot(image, command)],
        { env: variables, stdio: ["ignore", "pipe", "pipe"] },
      );
      const output = collect(entered);
      const [code] = await once(entered, "close");
      return { code, output: output.text };
    },
    kill: (signal) => void process.kill(Number(firstProcess(child)), signal),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const first = firstProcess(child);
      if (first === undefined) child.kill("SIGKILL");
      // With it everything in its namespace ends.
      else process.kill(Number(first), "SIGKILL");
      await finished;
    },
    async untilSays(pattern) {
      for (;;) {
        const found = pattern.exec(said.text);
        if (found) return found;
        if (child.exitCode !== null) throw new Error(`It ended without saying ${pattern}: ${said.text}`);
        await delay(20);
      }
    },
  };
}

function inRoot({ root, user, workingFolder }: Image, command: readonly string[]): readonly string[] {
  const line = readFileSync(join(root, "etc/passwd"), "utf8")
    .split("\n")
    .find((each) => each.startsWith(`${user}:`));
  const [, , uid = "", gid = ""] = line?.split(":") ?? [];
  const asUser = `chroot ${root} setpriv --reuid=${uid} --regid=${gid} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all`;
  return [...asUser.split(" "), "env", `--chdir=${workingFolder}`, ...command];
}

/** The number that its first process has on this machine; absent before it is there. */
function firstProcess(child: ChildProcess): string | undefined {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
  return children === "" ? undefined : children;
}

/** The first process, once all is mounted and it has gone into its root: only then does a runtime let anybody in. */
async function enteredProcess(child: ChildProcess, image: Image, said: { text: string }): Promise<string> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The container has ended: ${said.text}`);
    const first = firstProcess(child);
    if (first !== undefined && rootOf(first) === image.root) return first;
    await delay(5);
  }
}

/** Absent where the process has just ended. */
function rootOf(processId: string): string | undefined {
  try {
    return readlinkSync(`/proc/${processId}/root`);
  } catch {
    return undefined;
  }
}

function collect(child: ChildProcess): { text: string } {
  const said = { text: "" };
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding("utf8").on("data", (piece: string) => (said.text += piece));
  }
  return said;
}
