import { type ChildProcess, spawn } from "node:child_process";

/**
 * Ends our child processes when this server dies without a chance to do so itself (SIGKILL, crash). Claude Code stops at
 * the end of its input only between turns; in the middle of one it would work on, unwatched. The guardian is a small shell
 * that reads process ids from a pipe; the pipe closes when the server is gone, whatever the reason.
 *
 * POSIX only: each child leads its own process group, which gets SIGTERM, then SIGKILL.
 */
export class ProcessGuardian {
  #shell: ChildProcess | undefined;

  /** Puts a process group under guard. Starts the shell at first use. */
  watch(processId: number): void {
    this.#write(`+ ${processId}\n`);
  }

  /** The process has ended: its id may belong to somebody else from now on. */
  release(processId: number): void {
    if (this.#shell) this.#write(`- ${processId}\n`);
  }

  /** Ends the shell. To be called when all watched processes are gone. */
  close(): void {
    this.#shell?.stdin?.end();
    this.#shell = undefined;
  }

  #write(line: string): void {
    if (process.platform === "win32") return;
    this.#shell ??= startShell();
    this.#shell.stdin?.write(line);
  }
}

/** `$ids` holds the watched groups between spaces; POSIX shell only, no external command but `sleep`. */
const SCRIPT = `
ids=" "
while read -r verb id; do
  case $verb in
    +) ids="$ids$id " ;;
    -) ids="\${ids%% $id *} \${ids#* $id }" ;;
  esac
done
[ "$ids" = " " ] && exit 0
for id in $ids; do kill -TERM "-$id" 2>/dev/null; kill -CONT "-$id" 2>/dev/null; done
sleep 2
for id in $ids; do kill -KILL "-$id" 2>/dev/null; done
exit 0
`;

function startShell(): ChildProcess {
  // Its own group, so that Ctrl-C in the terminal does not end it before the server has drained.
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: { PATH: "/usr/bin:/bin" },
  });
  // A guardian that cannot start or dies leaves the server as it is: a missing safety net, not a failure.
  shell.on("error", () => {});
  shell.stdin?.on("error", () => {});
  shell.unref();
  return shell;
}
