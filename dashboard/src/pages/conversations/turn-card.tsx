import { Badge, Card, Group, Stack, Text } from "@mantine/core";

import type { AdminTurnBody } from "../../../../src/protocols/admin/conversation-schemas.ts";
import { formatCost, formatDuration, formatLarge } from "../../parts/format.ts";
import { numbered } from "../../parts/numbered.ts";
import { StepsView } from "../../parts/steps-view.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { TurnChanges } from "./turn-changes.tsx";
import classes from "./turn-card.module.css";

const WHO: Readonly<Record<string, string>> = {
  user: "Client",
  system: "System",
  tool: "Client's tools",
  assistant: "Earlier answer",
};

interface Props {
  readonly conversationId: string;
  readonly turn: AdminTurnBody;
}

/** What was asked, and what Claude said and did. */
export function TurnCard({ conversationId, turn }: Props) {
  return (
    <Card padding={0} component="article" aria-label={`Turn ${turn.id}`} data-turn-id={turn.id}>
      <Group className={classes["head"] ?? ""} gap="xs" justify="space-between">
        <Group gap="xs">
          <TimeText at={turn.started_at} />
          <Badge variant="default" tt="none">
            {turn.placement}
          </Badge>
          {turn.status !== "completed" && (
            <Badge color="red" variant="light" tt="none">
              {turn.error ?? turn.status}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {describeUse(turn)}
        </Text>
      </Group>
      <Stack gap="md" p="md">
        {numbered(turn.input).map(({ place, item: message }) => (
          <section
            key={place}
            className={classes["said"]}
            data-role={message.role}
            aria-label={WHO[message.role]}
          >
            <Text size="xs" fw={600} c="dimmed" mb={4}>
              {WHO[message.role] ?? message.role}
            </Text>
            <StepsView steps={message.content} />
          </section>
        ))}
        {turn.steps.length > 0 && (
          <section aria-label="Claude">
            <Text size="xs" fw={600} c="dimmed" mb={4}>
              Claude
            </Text>
            <StepsView steps={turn.steps} />
          </section>
        )}
        {!turn.is_kept && (
          <Text size="sm" c="dimmed">
            What was said is not on record.
          </Text>
        )}
        {turn.is_cut && (
          <Text size="sm" c="dimmed">
            Very long texts are shortened here.
          </Text>
        )}
        {turn.changes && (
          <TurnChanges conversationId={conversationId} turnId={turn.id} changes={turn.changes} />
        )}
      </Stack>
    </Card>
  );
}

function describeUse({ usage, cost_usd: cost, started_at: from, ended_at: to }: AdminTurnBody): string {
  return [
    ...(to === null ? [] : [formatDuration(to - from)]),
    ...(usage
      ? [
          `${formatLarge(usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens)} in`,
          `${formatLarge(usage.output_tokens)} out`,
        ]
      : []),
    ...(cost === null ? [] : [formatCost(cost)]),
  ].join(" · ");
}
