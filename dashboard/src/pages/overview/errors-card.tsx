import { Anchor, Card, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { OverviewBody } from "../../../../src/protocols/admin/format-overview.ts";
import { formatCount } from "../../parts/format.ts";

/** What went wrong, each leading to the requests in question. */
export function ErrorsCard({ overview }: { readonly overview: OverviewBody }) {
  const errors = overview.by_error.toSorted((one, other) => other.requests - one.requests).slice(0, 6);
  if (errors.length === 0) return null;
  return (
    <Card>
      <Text fw={600} component="h2" mb="sm">
        Errors by kind
      </Text>
      <Stack gap={6}>
        {errors.map(({ id, requests }) => (
          <Group key={id} justify="space-between">
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/requests" search={{ error: id }} {...props} />}
            >
              {id}
            </Anchor>
            <Text size="sm" fw={600}>
              {formatCount(requests)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}
