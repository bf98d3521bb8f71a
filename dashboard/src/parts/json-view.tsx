import { CodeBlock } from "./code-block.tsx";

interface Props {
  readonly value: unknown;
  readonly label: string;
  readonly maxHeight?: number;
}

/** Any value as JSON, indented. */
export function JsonView({ value, label, maxHeight }: Props) {
  return (
    <CodeBlock
      code={JSON.stringify(value, null, 2)}
      label={label}
      wraps
      {...(maxHeight !== undefined && { maxHeight })}
    />
  );
}
