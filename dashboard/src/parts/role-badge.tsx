import { Badge } from "@mantine/core";

/** What a key or a person may do in the admin API. */
export function RoleBadge({ role }: { readonly role: string }) {
  return (
    <Badge variant={role === "admin" ? "light" : "default"} tt="none" fw={500}>
      {role}
    </Badge>
  );
}
