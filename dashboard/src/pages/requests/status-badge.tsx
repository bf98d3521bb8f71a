import { Badge, Tooltip } from "@mantine/core";

interface Props {
  readonly status: number;
  readonly error: string | null;
}

/** How a request ended. */
export function StatusBadge({ status, error }: Props) {
  const color =
    error === null
      ? "sign"
      : error === "cancelled"
        ? "gray"
        : status >= 500 || status < 400
          ? "red"
          : "orange";
  const badge = (
    <Badge variant="light" color={color} tt="none" miw={46}>
      {status}
    </Badge>
  );
  return error === null ? badge : <Tooltip label={error}>{badge}</Tooltip>;
}
