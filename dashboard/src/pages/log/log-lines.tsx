import { Badge } from "@mantine/core";

import type { LogLineBody } from "../../../../src/protocols/admin/log-schemas.ts";
import classes from "./log-lines.module.css";

const COLORS = { error: "red", info: "blue", debug: "gray", trace: "gray" } as const;
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});

/** Each line opens to all that it says. */
export function LogLines({ lines }: { readonly lines: readonly LogLineBody[] }) {
  return (
    <div className={classes["lines"]} role="log" aria-label="Lines of the log" aria-live="off">
      {lines.map((line) => (
        <details key={line.number} className={classes["line"]} data-level={line.level}>
          <summary className={classes["summary"]}>
            <time className={classes["time"]} dateTime={new Date(line.time).toISOString()}>
              {clock.format(line.time)}
            </time>
            <Badge size="sm" variant="light" tt="none" color={COLORS[line.level]}>
              {line.level}
            </Badge>
            <span className={classes["event"]}>{line.event}</span>
            <span className={classes["fields"]}>{inShort(line.fields)}</span>
          </summary>
          <pre className={classes["all"]} tabIndex={0} aria-label={`All of ${line.event}`}>
            {JSON.stringify(line.fields, null, 2)}
          </pre>
        </details>
      ))}
    </div>
  );
}

function inShort(fields: LogLineBody["fields"]): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ")
    .slice(0, 400);
}
