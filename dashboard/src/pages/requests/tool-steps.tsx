import type { RequestDetailBody } from "../../../../src/protocols/admin/format-request.ts";
import { formatDuration } from "../../parts/format.ts";
import { numbered } from "../../parts/numbered.ts";
import classes from "./timeline.module.css";

/** Each tool of a request: when, and for how long. What it was given and gave is in the conversation. */
export function ToolSteps({ request }: { readonly request: RequestDetailBody }) {
  const { tools, duration_ms: duration } = request;
  if (tools.length === 0) return null;
  const total = Math.max(1, duration);
  return (
    <ol className={classes["tools"]} aria-label="Tools">
      {numbered(tools).map(({ place, item }) => {
        const { name, by, started_ms: from, ended_ms: ended, is_error: isError } = item;
        const start = Math.min(from, total);
        const width = Math.max(0, Math.min(ended ?? total, total) - start);
        return (
          <li key={place}>
            <span className={classes["name"]}>
              {name}
              {by === "client" && " (the client\u2019s)"}
              {isError && " failed"}
            </span>
            <span className={classes["lane"]} aria-hidden="true">
              <span
                className={classes["step"]}
                data-failed={isError || undefined}
                style={{ left: `${(start / total) * 100}%`, width: `${(width / total) * 100}%` }}
              />
            </span>
            <span className={classes["time"]}>
              {ended === null ? "no end" : formatDuration(ended - from)}
              <span className={classes["when"]}> after {formatDuration(from)}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
