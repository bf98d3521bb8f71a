import classes from "./status-dot.module.css";

export type DotColor = "green" | "yellow" | "red" | "blue" | "gray";

interface Props {
  readonly color: DotColor;
  /** Pulses. */
  readonly isAlive?: boolean;
}

/** Always beside words that say the same. */
export function StatusDot({ color, isAlive = false }: Props) {
  return (
    <span
      className={classes["dot"]}
      style={{ ["--dot-color" as string]: `var(--mantine-color-${color}-6)` }}
      data-alive={isAlive || undefined}
      aria-hidden="true"
    />
  );
}
