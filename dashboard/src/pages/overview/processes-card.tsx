import { Alert, Card, Group, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";

import { statusQuery } from "../../api/queries.ts";
import { ErrorState } from "../../parts/error-state.tsx";
import { formatBytes, formatDuration } from "../../parts/format.ts";
import { StatusDot } from "../../parts/status-dot.tsx";

const SAID = {
  ready: { label: "Ready", color: "green" },
  starting: { label: "Starting", color: "yellow" },
  draining: { label: "Stopping", color: "yellow" },
} as const;

/** What the server is doing now, and with how many processes. */
export function ProcessesCard() {
  const { data: status, error, refetch } = useQuery({ ...statusQuery, refetchInterval: 10_000 });
  if (error && !status) {
    return (
      <Card>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Card>
    );
  }
  if (!status) return <Skeleton height={230} radius="md" />;
  const said = Object.hasOwn(SAID, status.state)
    ? SAID[status.state as keyof typeof SAID]
    : ({ label: "Not ready", color: "red" } as const);
  const { sessions, spares, turns } = status;
  return (
    <Card>
      <Group justify="space-between" mb="sm">
        <Text fw={600} component="h2">
          Now
        </Text>
        <Group gap={7}>
          <StatusDot color={said.color} />
          <Text size="sm">{said.label}</Text>
        </Group>
      </Group>
      {status.problem !== null && (
        <Alert color="red" icon={<IconAlertTriangle size={18} />} mb="sm" py="xs">
          {status.problem}
        </Alert>
      )}
      <Stack gap="sm">
        <Meter
          label="Turns"
          warnsWhenFull
          value={turns.running}
          limit={turns.limit}
          more={turns.queued > 0 ? `${turns.queued} wait` : ""}
        />
        <Meter
          label="Processes"
          value={sessions.idle + sessions.busy + sessions.starting}
          limit={sessions.limit}
          more={`${sessions.busy} busy`}
        />
        <Meter label="Spares" value={spares.ready} limit={spares.limit} />
      </Stack>
      <Text size="xs" c="dimmed" mt="sm">
        Turnpike {status.version}, up for {formatDuration(status.uptime_seconds * 1_000)}
        {status.claude_memory_bytes !== null &&
          `, Claude Code uses ${formatBytes(status.claude_memory_bytes)}`}
        {status.is_demo && ", with the scripted model"}
      </Text>
    </Card>
  );
}

interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly limit: number;
  readonly more?: string;
  readonly warnsWhenFull?: boolean;
}

function Meter({ label, value, limit, more = "", warnsWhenFull = false }: MeterProps) {
  const share = limit === 0 ? 0 : (value / limit) * 100;
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{label}</Text>
        <Text size="sm" c="dimmed">
          {more !== "" && `${more} · `}
          <Text span inherit c="var(--mantine-color-text)" fw={600}>
            {value}
          </Text>{" "}
          of {limit}
        </Text>
      </Group>
      <Progress
        value={share}
        size="sm"
        mt={4}
        aria-label={`${label}: ${value} of ${limit}`}
        color={warnsWhenFull && share >= 100 ? "orange" : "sign"}
      />
    </div>
  );
}
