import { numbered } from "./numbered.ts";
import classes from "./diff-view.module.css";

interface Props {
  /** A unified diff. */
  readonly diff: string;
  /** What it is of, for screen readers. */
  readonly label: string;
}

/** A browser slows down with more. */
const MAX_LINES = 2_000;

/** Changes of files, line by line. The signs at the beginning say the same as the colours. */
export function DiffView({ diff, label }: Props) {
  const lines = diff.replace(/\n$/, "").split("\n");
  const left = lines.length - MAX_LINES;
  return (
    <pre className={classes["diff"]} tabIndex={0} aria-label={label}>
      <code>
        {numbered(lines.slice(0, MAX_LINES)).map(({ place, item: line }) => (
          <span key={place} className={classes["line"]} data-kind={kindOf(line)}>
            {line === "" ? " " : line}
          </span>
        ))}
        {left > 0 && <span className={classes["line"]}>… and {left} more lines</span>}
      </code>
    </pre>
  );
}

function kindOf(line: string): "added" | "removed" | "place" | "same" {
  if (/^(\+\+\+|---|@@|diff |index |new file|deleted file|rename |similarity )/.test(line)) return "place";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "same";
}
