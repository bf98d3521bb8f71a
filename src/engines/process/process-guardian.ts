import { type ChildProcess, spawn } from "node:child_process";

import { MARKER_VARIABLE } from "./process-marker.ts";

/**
 * Ends our child processes when this server dies without a chance to do so itself (SIGKILL, crash). Claude Code stops at
 * the end of its input only between turns; in the middle of one it would work on, unwatched. The guardian is a small shell
 * that reads process ids from a pipe; the pipe closes when the server is gone, whatever the reason.
 *
 * POSIX only: each child leads its own process group, which gets SIGTERM, then SIGKILL. Then what carries the marker of a
 * child gets the same: commands run in sessions of their own.
 */
export class ProcessGuardian {
  #shell: ChildProcess | undefined;

  /** Puts a process group and what carries the marker under guard. Starts the shell at first use. */
  watch(processId: number, marker: string): void {
    this.#write(`+ ${processId}\nmark ${marker}\n`);
  }

  /** The process has ended: its id may belong to somebody else from now on. */
  release(processId: number): void {
    if (this.#shell) this.#write(`- ${processId}\n`);
  }

  /** Nothing that carries the marker is left. */
  forget(marker: string): void {
    if (this.#shell) this.#write(`unmark ${marker}\n`);
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

/**
 * `$ids` holds the watched groups and `$markers` the markers, between spaces. No external commands but `sleep` and, where
 * there is /proc, `grep`. An unmatched pattern of files stays a name that is not there.
 */
const SCRIPT = `
ids=" "
markers=" "
while read -r verb id; do
  case $verb in
    +) ids="$ids$id " ;;
    -) ids="\${ids%% $id *} \${ids#* $id }" ;;
    mark) markers="$markers$id " ;;
    unmark) markers="\${markers%% $id *} \${markers#* $id }" ;;
  esac
done
pattern=
for marker in $markers; do pattern="$pattern -e ${MARKER_VARIABLE}=$marker"; done
signal_marked() {
  found=
  [ -n "$pattern" ] || return 0
  for file in $(grep -lsF $pattern /proc/[0-9]*/environ); do
    found=\${file#/proc/}
    kill "-$1" "\${found%/environ}" 2>/dev/null
  done
}
if [ "$ids" != " " ]; then
  for id in $ids; do kill -TERM "-$id" 2>/dev/null; kill -CONT "-$id" 2>/dev/null; done
  sleep 2
  for id in $ids; do kill -KILL "-$id" 2>/dev/null; done
fi
signal_marked TERM
[ -n "$found" ] || signal_marked TERM
[ -n "$found" ] || exit 0
signal_marked CONT
sleep 1
for try in 1 2 3 4 5; do
  signal_marked KILL
  [ -n "$found" ] || exit 0
done
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
