import { Group, Text } from "@mantine/core";
import { useMemo } from "react";

import type { RunBody } from "../../../../src/protocols/admin/format-run.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { useIsAdmin } from "../../api/session.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { formatCost, formatCount, formatDuration } from "../../parts/format.ts";
import { StatusDot } from "../../parts/status-dot.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { RUN_STATES } from "./run-state.ts";

interface Props {
  readonly runs: readonly RunBody[];
  readonly onOpen: (id: string) => void;
}

const SHOWN = 30;

export function RecentRuns({ runs, onOpen }: Props) {
  const nameOf = usePrincipalNames();
  // What was said is for them.
  const isAdmin = useIsAdmin();
  const columns = useMemo<DataColumn<RunBody>[]>(
    () => [
      {
        id: "state",
        header: "State",
        cell: (run) => (
          <Group gap={8} wrap="nowrap">
            <StatusDot color={RUN_STATES[run.state].color} />
            <Text size="sm">{RUN_STATES[run.state].label}</Text>
          </Group>
        ),
      },
      {
        id: "ended",
        header: "Ended",
        cell: (run) => <TimeText at={run.ended_at ?? run.asked_at} isRelative />,
      },
      {
        id: "model",
        header: "Model",
        cell: ({ model }) => (
          <Text size="sm" truncate maw="min(230px, 26vw)">
            {model}
          </Text>
        ),
      },
      { id: "principal", header: "Key", isForWideScreens: true, cell: ({ principal }) => nameOf(principal) },
      {
        id: "conversation",
        header: "Conversation",
        isForWideScreens: true,
        cell: ({ conversation_name: name }) => (
          <Text size="sm" truncate maw={220}>
            {name}
          </Text>
        ),
      },
      {
        id: "time",
        header: "Time",
        align: "right",
        isForWideScreens: true,
        cell: ({ asked_at: from, ended_at: to }) => (to === null ? "" : formatDuration(to - from)),
      },
      {
        id: "tokens",
        header: "Tokens",
        align: "right",
        isForWideScreens: true,
        cell: ({ output_tokens: tokens }) => formatCount(tokens),
      },
      {
        id: "cost",
        header: "Cost",
        align: "right",
        isForWideScreens: true,
        cell: ({ cost_usd: cost }) => (cost === null ? "–" : formatCost(cost)),
      },
    ],
    [nameOf],
  );
  return (
    <DataTable
      label="Turns that have just ended"
      rows={runs.slice(0, SHOWN)}
      columns={columns}
      idOf={({ id }) => id}
      {...(isAdmin && { onOpen: ({ id }: RunBody) => onOpen(id) })}
    />
  );
}
