import { Tooltip } from "@mantine/core";

import type { RequestBody } from "../../../../src/protocols/admin/format-request.ts";
import { formatDuration, formatShare } from "../../parts/format.ts";
import classes from "./timeline.module.css";
import { timelineParts } from "./timeline-parts.ts";

/** Where the time of a request went. */
export function Timeline({ request }: { readonly request: RequestBody }) {
  const parts = timelineParts(request);
  const total = Math.max(1, request.duration_ms);
  return (
    <div>
      <div className={classes["track"]} aria-hidden="true">
        {parts.map(({ label, ms, color }) => (
          <Tooltip key={label} label={`${label}: ${formatDuration(ms)}`}>
            <div
              className={classes["part"]}
              style={{ width: `${(ms / total) * 100}%`, background: `var(--mantine-color-${color}-6)` }}
            />
          </Tooltip>
        ))}
      </div>
      <ol className={classes["steps"]}>
        {parts.map(({ label, ms, color }) => (
          <li key={label}>
            <span className={classes["mark"]} style={{ background: `var(--mantine-color-${color}-6)` }} />
            <span>
              {label} ({formatShare(ms / total)})
            </span>
            <span className={classes["time"]}>{formatDuration(ms)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
