import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "./icons.ts";

/** In a form, beside what failed. */
export function ErrorNote({ error }: { readonly error: Error | null }) {
  if (!error) return null;
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />} py="xs">
      {error.message}
    </Alert>
  );
}
