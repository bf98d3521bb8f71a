import { Alert, Badge, Card, Group, Loader, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "../../parts/icons.ts";

import { DiffView } from "../../parts/diff-view.tsx";
import { formatDuration, formatLarge } from "../../parts/format.ts";
import { numbered } from "../../parts/numbered.ts";
import { StepsView } from "../../parts/steps-view.tsx";
import { ApprovalInPlace } from "./approval-in-place.tsx";
import type { Exchange } from "./exchange.ts";
import classes from "./playground.module.css";

/** A message and the answer to it. */
export function ExchangeView({ exchange }: { readonly exchange: Exchange }) {
  const { text, images, steps, approvals, diffs, notices, state, error } = exchange;
  return (
    <Stack gap="sm" data-state={state} component="article" aria-label={`Turn ${exchange.id}`}>
      <div className={classes["asked"]}>
        {images.length > 0 && (
          <Group gap="xs" mb={text === "" ? 0 : "xs"}>
            {numbered(images).map(({ place, item: url }) => (
              <img key={place} className={classes["sent"]} src={url} alt="Sent with the message" />
            ))}
          </Group>
        )}
        {text}
      </div>
      <Card padding="md">
        <div aria-live="polite" aria-busy={state === "running"}>
          <StepsView steps={steps} />
          {state === "running" && steps.length === 0 && (
            <Group gap="xs" role="status">
              <Loader type="dots" size="sm" />
              <Text size="sm" c="dimmed">
                Claude is starting …
              </Text>
            </Group>
          )}
        </div>
        {approvals.map((approval) => (
          <ApprovalInPlace key={approval.id} approval={approval} isRunning={state === "running"} />
        ))}
        {diffs.map((change) => (
          <details key={change.path} className={classes["change"]}>
            <summary>
              <Badge variant="light" tt="none" mr="xs">
                {change.type}
              </Badge>
              <Text span size="sm" ff="monospace">
                {change.path}
              </Text>
            </summary>
            {change.diff !== undefined && <DiffView diff={change.diff} label={`Changes of ${change.path}`} />}
          </details>
        ))}
        {numbered(notices).map(({ place, item: notice }) => (
          <Text key={place} size="sm" c="dimmed" mt="xs">
            {notice}
          </Text>
        ))}
        {error !== undefined && (
          <Alert color="red" role="alert" icon={<IconAlertTriangle size={18} />} mt="xs">
            {error}
          </Alert>
        )}
        <Text size="xs" c="dimmed" mt="sm" data-facts>
          {describe(exchange)}
        </Text>
      </Card>
    </Stack>
  );
}

function describe({ state, placement, startedAt, firstAt, endedAt, usage }: Exchange): string {
  return [
    ...(state === "stopped" ? ["stopped"] : []),
    ...(placement === undefined ? [] : [placement]),
    ...(firstAt === undefined ? [] : [`first words after ${formatDuration(firstAt - startedAt)}`]),
    ...(endedAt === undefined ? [] : [`${formatDuration(endedAt - startedAt)} in all`]),
    ...(usage
      ? [
          `${formatLarge(usage.input)} in (${formatLarge(usage.cached)} cached)`,
          `${formatLarge(usage.output)} out`,
        ]
      : []),
  ].join(" · ");
}
