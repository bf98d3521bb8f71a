import { Badge, Button, Card, Group, Loader, Text } from "@mantine/core";
import { IconEye } from "../../parts/icons.ts";

import type { RunBody } from "../../../../src/protocols/admin/format-run.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { useIsAdmin } from "../../api/session.ts";
import { formatDuration, formatLarge } from "../../parts/format.ts";
import { PLACEMENTS } from "../../parts/placements.ts";
import { StatusDot } from "../../parts/status-dot.tsx";
import { useNow } from "../../parts/use-now.ts";
import { CancelButton } from "./cancel-button.tsx";
import { describeNow, RUN_STATES } from "./run-state.ts";

interface Props {
  readonly run: RunBody;
  readonly onFollow: () => void;
}

/** A turn under way. */
export function RunCard({ run, onFollow }: Props) {
  const now = useNow(1_000);
  const nameOf = usePrincipalNames();
  // What is said is for them.
  const isAdmin = useIsAdmin();
  const facts = [run.client, nameOf(run.principal), run.conversation_name].filter(Boolean);
  return (
    <Card padding="md" data-run-id={run.id}>
      <Group justify="space-between" gap="sm">
        <div style={{ flex: 1, minWidth: 220 }}>
          <Group gap="xs">
            <StatusDot color={RUN_STATES[run.state].color} isAlive={run.state === "running"} />
            <Text fw={600}>{describeNow(run)}</Text>
            {run.activity !== null && <Loader type="dots" size="xs" aria-hidden />}
          </Group>
          <Group gap={6} mt={6}>
            <Badge variant="default" tt="none" fw={500}>
              {run.model}
            </Badge>
            {run.profile !== run.model && (
              <Badge variant="default" tt="none" fw={500}>
                {run.profile}
              </Badge>
            )}
            {run.placement !== null && (
              <Badge variant="light" color={PLACEMENTS[run.placement]?.color ?? "gray"} tt="none">
                {PLACEMENTS[run.placement]?.label ?? run.placement}
              </Badge>
            )}
            <Text size="sm" c="dimmed">
              {facts.join(" · ")}
            </Text>
          </Group>
        </div>
        <Group gap="lg">
          <Figure label="time" value={formatDuration(Math.max(0, now - run.asked_at))} />
          <Figure label="tokens" value={`${run.is_estimate ? "≈ " : ""}${formatLarge(run.output_tokens)}`} />
          <Group gap="xs">
            {isAdmin && (
              <Button variant="default" size="xs" leftSection={<IconEye size={15} />} onClick={onFollow}>
                Follow
              </Button>
            )}
            <CancelButton run={run} />
          </Group>
        </Group>
      </Group>
    </Card>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div style={{ minWidth: 64 }}>
      <Text fw={600} lh={1.2}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </div>
  );
}
