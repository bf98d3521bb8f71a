import { Alert, Badge, Drawer, Group, Loader, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { runsQuery } from "../../api/queries.ts";
import { CodeBlock } from "../../parts/code-block.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { Loading } from "../../parts/loading.tsx";
import { StatusDot } from "../../parts/status-dot.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { describeNow, isOver, RUN_STATES } from "./run-state.ts";
import { type RunStep, useRunEvents } from "./use-run-events.ts";

interface Props {
  readonly id: string | undefined;
  readonly onClose: () => void;
}

/** A turn as it happens. */
export function RunDrawer({ id, onClose }: Props) {
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="lg" title="Follow a turn">
      {id !== undefined && <FollowedTurn key={id} id={id} />}
    </Drawer>
  );
}

function FollowedTurn({ id }: { readonly id: string }) {
  const { run: told, steps, isLive } = useRunEvents(id);
  const { data: runs } = useQuery(runsQuery);
  const run = runs?.data.find((each) => each.id === id) ?? told;
  if (!run) return <Loading />;
  return (
    <Stack>
      <Group justify="space-between">
        <Group gap="xs">
          <StatusDot color={RUN_STATES[run.state].color} isAlive={run.state === "running"} />
          <Text fw={600}>{describeNow(run)}</Text>
        </Group>
        <CancelButton run={run} />
      </Group>
      {run.error && <Alert color="red">{run.error.message}</Alert>}
      {steps.length === 0 && (
        <Text c="dimmed" size="sm">
          {isOver(run)
            ? "It is over: what was said is not told again here. The facts are below."
            : "From now on, what happens in this turn appears here."}
        </Text>
      )}
      <Stack gap="sm" data-steps>
        {steps.map((step) => (
          <Step key={step.key} step={step} />
        ))}
        {isLive && !isOver(run) && <Loader type="dots" size="sm" aria-label="It goes on" />}
      </Stack>
      <details>
        <summary>
          <Text span size="sm" fw={600}>
            All facts
          </Text>
        </summary>
        <JsonView value={run} label="the turn as JSON" />
      </details>
    </Stack>
  );
}

function Step({ step }: { readonly step: RunStep }) {
  switch (step.type) {
    case "text":
      return <Text style={{ whiteSpace: "pre-wrap" }}>{step.text}</Text>;
    case "reasoning":
      return (
        <Text c="dimmed" fs="italic" size="sm" style={{ whiteSpace: "pre-wrap" }}>
          {step.text}
        </Text>
      );
    case "note":
      return (
        <Text size="sm" c={step.tone === "error" ? "var(--mantine-color-error)" : "dimmed"}>
          {step.text}
        </Text>
      );
    case "activity":
      return (
        <Stack gap={6}>
          <Group gap="xs">
            <Badge tt="none" color={step.isError ? "red" : "sign"} variant="light">
              {step.name}
            </Badge>
            {step.output === undefined && <Loader type="dots" size="xs" aria-label="It runs" />}
          </Group>
          <JsonView value={step.input} label={`input of ${step.name}`} maxHeight={180} />
          {step.output !== undefined && (
            <CodeBlock code={step.output} label={`output of ${step.name}`} maxHeight={220} wraps />
          )}
        </Stack>
      );
    default:
      return null;
  }
}
