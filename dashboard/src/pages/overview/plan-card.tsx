import { Card, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { planQuery, type PlanWindow } from "../../api/plan.ts";
import { formatShare } from "../../parts/format.ts";
import { TimeText } from "../../parts/time-text.tsx";

const NAMES: Readonly<Record<string, string>> = {
  five_hour: "Five hours",
  seven_day: "Week",
  seven_day_opus: "Week, Opus",
  seven_day_sonnet: "Week, Sonnet",
};
const COLORS = { allowed: "sign", warning: "yellow", rejected: "red" } as const;

/** How full the windows of the account's plan are; nothing where there is no plan. */
export function PlanCard() {
  const { data: plan } = useQuery(planQuery);
  if (!plan || plan.data.length === 0) return null;
  return (
    <Card>
      <Text fw={600} component="h2" mb="sm">
        Plan
      </Text>
      <Stack gap="md">
        {plan.data.map((window) => (
          <Window key={window.name} window={window} />
        ))}
      </Stack>
    </Card>
  );
}

function Window({
  window: { name, utilization, status, resets_at: resetsAt, projected },
}: {
  readonly window: PlanWindow;
}) {
  const label = NAMES[name] ?? name.replaceAll("_", " ");
  const now = utilization ?? 0;
  const later = Math.max(0, Math.min(1, projected ?? now) - now);
  return (
    <div>
      <Group justify="space-between">
        <Text size="sm">{label}</Text>
        <Text size="sm" fw={600}>
          {utilization === null ? (status === "rejected" ? "used up" : "–") : formatShare(utilization)}
        </Text>
      </Group>
      <Progress.Root size="md" mt={4}>
        <Progress.Section value={now * 100} color={COLORS[status]} aria-label={`${label}: used`} />
        <Progress.Section
          value={later * 100}
          color={COLORS[status]}
          opacity={0.35}
          aria-label={`${label}: expected`}
        />
      </Progress.Root>
      <Text size="xs" c="dimmed" mt={4}>
        {resetsAt !== null && (
          <>
            Begins anew <TimeText at={resetsAt} />
          </>
        )}
        {projected !== null && projected > now && ` · at this pace ${formatShare(projected)} by then`}
      </Text>
    </div>
  );
}
