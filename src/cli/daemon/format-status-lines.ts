import { type Line, styled } from "../../lib/styled-line.ts";
import { tellDuration } from "./tell-duration.ts";
import { outputFile } from "./server-log.ts";
import type { ToldStatus } from "../../protocols/admin/told-status.ts";

const LABEL_COLUMNS = 13;

export function formatRow(label: string, value: string): Line {
  return [styled("dim", `  ${label}`.padEnd(LABEL_COLUMNS)), value];
}

/** Where a server is to be found. `more` comes behind the address. */
export function formatRows(status: ToldStatus, more: readonly Line[] = []): readonly Line[] {
  return [
    [styled("dim", "  Base URL".padEnd(LABEL_COLUMNS)), styled(["bold", "cyan"], `${status.url}/v1`)],
    ...more,
    formatRow("Process", String(status.pid)),
    formatRow("Data", status.data_dir),
    formatRow("Log", status.log_file ?? outputFile(status.data_dir)),
  ];
}

/** How Claude Code is. */
export function formatReady({
  state,
  problem,
  is_demo: isDemo,
  credential_source: source,
}: ToldStatus): Line {
  switch (state) {
    case "ready": {
      const how = isDemo ? "; the scripted model answers." : ` (${source}).`;
      return [styled(["bold", "green"], "Claude Code is ready"), how];
    }
    case "starting":
      return "Claude Code is still starting.";
    case "unknown":
      return "How Claude Code is, it says in words that this program does not know.";
    case "draining":
      return "It is stopping: running turns are being finished.";
    case "not-ready":
      return [
        styled(["bold", "red"], "Claude Code cannot answer yet."),
        ` ${problem ?? "The log may say why."}`,
      ];
  }
}

/** What it is doing. */
export function formatLoad({
  turns,
  sessions,
  spares,
  claude_memory_bytes: memory,
  uptime_seconds: uptime,
}: ToldStatus): readonly Line[] {
  const waiting = turns && turns.queued > 0 ? `, ${turns.queued} waiting` : "";
  const ready = spares ? `; ${spares.ready} ready for new conversations` : "";
  const used = typeof memory === "number" ? `, ${Math.round(memory / 2 ** 20)} MiB` : "";
  return [
    formatRow("Up", tellDuration(uptime * 1000)),
    ...(turns ? [formatRow("Turns", `${turns.running} running of at most ${turns.limit}${waiting}`)] : []),
    ...(sessions
      ? [
          formatRow(
            "Sessions",
            `${sessions.busy} busy, ${sessions.idle} idle of at most ${sessions.limit}${ready}${used}`,
          ),
        ]
      : []),
  ];
}
