import { Group, Text } from "@mantine/core";
import { type ReactNode, useMemo } from "react";

import type { RequestBody } from "../../../../src/protocols/admin/format-request.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { formatCost, formatDuration, formatLarge } from "../../parts/format.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { StatusBadge } from "./status-badge.tsx";

interface Props {
  readonly rows: readonly RequestBody[];
  readonly selectedId: string | undefined;
  readonly onOpen: (request: RequestBody) => void;
  readonly empty: ReactNode;
  readonly footer: ReactNode;
}

export function RequestTable({ rows, selectedId, onOpen, empty, footer }: Props) {
  const nameOf = usePrincipalNames();
  const columns = useMemo<DataColumn<RequestBody>[]>(
    () => [
      { id: "time", header: "Time", cell: ({ started_at: at }) => <TimeText at={at} /> },
      {
        id: "status",
        header: "Status",
        cell: ({ status, error }) => <StatusBadge status={status} error={error} />,
      },
      {
        id: "model",
        header: "Model",
        cell: ({ model, route }) =>
          model === null ? (
            <Text size="sm" c="dimmed" truncate maw="min(230px, 26vw)">
              {route}
            </Text>
          ) : (
            <Text size="sm" fw={500} truncate maw="min(230px, 26vw)">
              {model}
            </Text>
          ),
      },
      {
        id: "conversation",
        header: "Conversation",
        isForWideScreens: true,
        cell: ({ conversation_name: name }) => (
          <Text size="sm" truncate maw={150}>
            {name}
          </Text>
        ),
      },
      { id: "key", header: "Key", isForWideScreens: true, cell: ({ principal }) => nameOf(principal) },
      {
        id: "client",
        header: "Client",
        isForWideScreens: "widest",
        cell: ({ client }) => (
          <Text size="sm" truncate maw={150} title={client ?? ""}>
            {client}
          </Text>
        ),
      },
      {
        id: "first",
        header: "First token",
        align: "right",
        isForWideScreens: true,
        cell: ({ first_token_ms: ms }) => (ms === null ? "" : formatDuration(ms)),
      },
      { id: "total", header: "Total", align: "right", cell: ({ duration_ms: ms }) => formatDuration(ms) },
      {
        id: "tokens",
        header: "In / out",
        align: "right",
        isForWideScreens: true,
        cell: (request) =>
          request.turns === 0 ? (
            ""
          ) : (
            <Group gap={4} justify="flex-end" wrap="nowrap">
              {formatLarge(request.input_tokens + request.cache_read_tokens + request.cache_write_tokens)}
              <Text span c="dimmed">
                /
              </Text>
              {formatLarge(request.output_tokens)}
            </Group>
          ),
      },
      {
        id: "cost",
        header: "Cost",
        align: "right",
        isForWideScreens: true,
        cell: ({ cost_usd: cost, turns }) => (turns === 0 ? "" : formatCost(cost)),
      },
    ],
    [nameOf],
  );
  return (
    <DataTable
      label="Requests"
      rows={rows}
      columns={columns}
      idOf={({ id }) => id}
      onOpen={onOpen}
      selectedId={selectedId}
      empty={empty}
      footer={footer}
    />
  );
}
