import { Card, Group, Progress, Stack, Text } from "@mantine/core";

import type { OverviewBody } from "../../../../src/protocols/admin/format-overview.ts";
import { formatCount, formatDuration } from "../../parts/format.ts";
import { PLACEMENTS } from "../../parts/placements.ts";

/** How fast answers begin, by where their turns ran. */
export function FirstTokenCard({ overview }: { readonly overview: OverviewBody }) {
  const placed = overview.by_placement.filter(
    ({ id, first_token: first }) => id !== "" && first?.median_ms != null,
  );
  if (placed.length === 0) return null;
  const slowest = Math.max(...placed.map(({ first_token: first }) => first?.median_ms ?? 0));
  return (
    <Card>
      <Text fw={600} component="h2" mb="sm">
        First token by placement
      </Text>
      <Stack gap="sm">
        {placed
          .toSorted((one, other) => (one.first_token?.median_ms ?? 0) - (other.first_token?.median_ms ?? 0))
          .map(({ id, first_token: first }) => (
            <div key={id}>
              <Group justify="space-between" gap="xs">
                <Text size="sm">
                  {PLACEMENTS[id]?.label ?? id}{" "}
                  <Text span inherit c="dimmed">
                    {formatCount(first?.count ?? 0)}
                  </Text>
                </Text>
                <Text size="sm" fw={600}>
                  {formatDuration(first?.median_ms ?? 0)}
                </Text>
              </Group>
              <Progress
                value={((first?.median_ms ?? 0) / slowest) * 100}
                size="sm"
                mt={4}
                color={PLACEMENTS[id]?.color ?? "gray"}
                aria-label={`${id}: half of all within ${formatDuration(first?.median_ms ?? 0)}`}
              />
            </div>
          ))}
      </Stack>
    </Card>
  );
}
