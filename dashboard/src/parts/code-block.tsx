import { CopyButton } from "./copy-button.tsx";
import classes from "./code-block.module.css";

interface Props {
  readonly code: string;
  /** What it is, for screen readers and the button. */
  readonly label: string;
  /** Long lines go on below instead of sideways. */
  readonly wraps?: boolean;
  readonly maxHeight?: number;
}

/** Text as it is, to be copied. */
export function CodeBlock({ code, label, wraps = false, maxHeight = 420 }: Props) {
  return (
    <div className={classes["block"]}>
      <pre
        className={classes["code"]}
        data-wraps={wraps || undefined}
        style={{ maxHeight }}
        tabIndex={0}
        aria-label={label}
      >
        <code>{code}</code>
      </pre>
      <div className={classes["copy"]}>
        <CopyButton text={code} what={label} />
      </div>
    </div>
  );
}
