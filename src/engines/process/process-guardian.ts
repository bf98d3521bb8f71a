import { type ChildProcess, spawn } from "node:child_process";

import { MARKER_VARIABLE } from "./process-marker.ts";

/**
 * Ends our child processes when this server dies without a chance to do so itself (SIGKILL, crash). Claude Code stops at the
 * end of its input only between turns; during a turn it would work on, unwatched. The guardian is a small shell that reads
 * process ids from a pipe; the pipe closes when the server is gone, whatever the reason.
 *
 * POSIX only: each child leads its own process group, which gets SIGTERM, then SIGKILL. Then every process with a child's
 * marker gets the same, because commands run in their own sessions.
 */
export class ProcessGuardian {
  #shell: ChildProcess | undefined;

  /** Guards a process group and every process with the marker. Starts the shell on first use. */
  watch(processId: number, marker: string): void {
    this.#write(`+ ${processId}\nmark ${marker}\n`);
  }

  /** The process has ended: its id may be reused from now on. */
  release(processId: number): void {
    if (this.#shell) this.#write(`- ${processId}\n`);
  }

  /** No process with the marker is left. */
  forget(marker: string): void {
    if (this.#shell) this.#write(`unmark ${marker}\n`);
  }

  /** Ends the shell. Must be called only when all watched processes have ended. */
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
 * `$ids` holds the watched groups and `$markers` the markers, separated by spaces. Uses no external commands except `sleep`
 * and, where there is /proc, `grep`. A glob that matches nothing stays the name of a file that does not exist.
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
  // In its own group, so that Ctrl-C in the terminal does not end it before the server has drained.
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: { PATH: "/usr/bin:/bin" },
  });
  // A guardian that cannot start or dies does not affect the server: a safety net is missing, nothing has failed.
  shell.on("error", () => {});
  shell.stdin?.on("error", () => {});
  shell.unref();
  return shell;
}
