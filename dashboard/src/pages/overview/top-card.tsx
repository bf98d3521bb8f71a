import { Anchor, Card, Group, Progress, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { GroupBody } from "../../../../src/protocols/admin/format-overview.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { formatCost, formatCount } from "../../parts/format.ts";

interface Props {
  readonly title: string;
  readonly groups: readonly GroupBody[];
  readonly filter: "principal" | "model" | "profile";
}

const SHOWN = 5;

/** Who or what used most. */
export function TopCard({ title, groups, filter }: Props) {
  const nameOf = usePrincipalNames();
  const top = groups.filter(({ id }) => id !== "").slice(0, SHOWN);
  const most = Math.max(...top.map(({ requests }) => requests), 1);
  return (
    <Card>
      <Text fw={600} component="h2" mb="sm">
        {title}
      </Text>
      {top.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing yet.
        </Text>
      )}
      <Stack gap="sm">
        {top.map(({ id, requests, cost_usd: cost }) => (
          <div key={id}>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Anchor
                size="sm"
                truncate
                renderRoot={(props) => <Link to="/requests" search={{ [filter]: id }} {...props} />}
              >
                {filter === "principal" ? nameOf(id) : id}
              </Anchor>
              <Text size="sm" style={{ whiteSpace: "nowrap" }}>
                <Text span inherit c="dimmed">
                  {formatCount(requests)} ·{" "}
                </Text>
                <Text span inherit fw={600}>
                  {formatCost(cost)}
                </Text>
              </Text>
            </Group>
            <Progress
              value={(requests / most) * 100}
              size={5}
              mt={5}
              aria-label={`${formatCount(requests)} requests`}
            />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
