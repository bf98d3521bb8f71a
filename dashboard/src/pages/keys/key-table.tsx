import { Code, Group, Text } from "@mantine/core";
import { type ReactNode, useMemo } from "react";

import type { KeyBody } from "../../../../src/protocols/admin/key-schemas.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { RoleBadge } from "../../parts/role-badge.tsx";
import { StatusDot } from "../../parts/status-dot.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { describeBounds, describeLimits } from "./describe-key.ts";

interface Props {
  readonly rows: readonly KeyBody[];
  readonly onOpen: (key: KeyBody) => void;
  readonly empty: ReactNode;
}

const DOTS = { active: "green", expired: "yellow", revoked: "red" } as const;

export function KeyTable({ rows, onOpen, empty }: Props) {
  const columns = useMemo<DataColumn<KeyBody>[]>(
    () => [
      {
        id: "name",
        header: "Name",
        sortBy: ({ name }) => name.toLowerCase(),
        cell: ({ name, status }) => (
          <Group gap={8} wrap="nowrap">
            <StatusDot color={DOTS[status]} />
            <Text size="sm" fw={600} truncate maw="min(240px, 28vw)" title={name}>
              {name}
            </Text>
            {status !== "active" && (
              <Text size="xs" c="dimmed">
                {status}
              </Text>
            )}
          </Group>
        ),
      },
      {
        id: "prefix",
        header: "Begins",
        isForWideScreens: true,
        cell: ({ prefix }) => <Code>{prefix}…</Code>,
      },
      {
        id: "role",
        header: "Role",
        sortBy: ({ role }) => role,
        cell: ({ role }) => <RoleBadge role={role} />,
      },
      {
        id: "limits",
        header: "Limits",
        isForWideScreens: true,
        cell: (key) => <Lines lines={describeLimits(key)} none="none" />,
      },
      {
        id: "bounds",
        header: "Only",
        isForWideScreens: true,
        cell: (key) => <Lines lines={describeBounds(key)} none="everything" />,
      },
      {
        id: "created",
        header: "Made",
        sortBy: ({ created_at: at }) => at,
        cell: ({ created_at: at }) => <TimeText at={at} isRelative />,
      },
      {
        id: "expires",
        header: "Expires",
        isForWideScreens: true,
        sortBy: ({ expires_at: at }) => at,
        cell: ({ expires_at: at }) => (at === null ? "never" : <TimeText at={at} isRelative />),
      },
    ],
    [],
  );
  return (
    <DataTable
      label="API keys"
      rows={rows}
      columns={columns}
      idOf={({ id }) => id}
      onOpen={onOpen}
      empty={empty}
      initialSort={{ id: "created", desc: true }}
    />
  );
}

function Lines({ lines, none }: { readonly lines: readonly string[]; readonly none: string }) {
  return (
    <Text size="xs" c="dimmed" maw={230} style={{ whiteSpace: "normal" }}>
      {lines.length === 0 ? none : lines.join(", ")}
    </Text>
  );
}
