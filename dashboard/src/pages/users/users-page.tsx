import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconUserPlus, IconUsers } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { UserBody } from "../../../../src/protocols/admin/user-schemas.ts";
import { useIsAdmin, useSession } from "../../api/session.ts";
import { usersQuery } from "../../api/users.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { RoleBadge } from "../../parts/role-badge.tsx";
import { type DotColor, StatusDot } from "../../parts/status-dot.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { LinkDialog, type ToldLink } from "./link-dialog.tsx";
import { UserMenuButton } from "./user-menu-button.tsx";
import classes from "./users.module.css";

const STATES: Readonly<Record<UserBody["status"], { readonly label: string; readonly color: DotColor }>> = {
  active: { label: "Active", color: "green" },
  invited: { label: "Invited", color: "yellow" },
  disabled: { label: "Disabled", color: "gray" },
};

export function UsersPage() {
  const isAdmin = useIsAdmin();
  const me = useSession().user.id;
  const { data: users, error, refetch } = useQuery(usersQuery);
  const [isInviting, setInviting] = useState(false);
  const [told, setTold] = useState<ToldLink | undefined>();
  const columns = useMemo<DataColumn<UserBody>[]>(
    () => [
      {
        id: "name",
        header: "Name",
        sortBy: ({ name }) => name.toLowerCase(),
        cell: ({ id, name }) => (
          <Text size="sm" fw={600} className={classes["name"] ?? ""}>
            {name}
            {id === me && (
              <Text span c="dimmed" fw={400}>
                {" "}
                (you)
              </Text>
            )}
          </Text>
        ),
      },
      {
        id: "role",
        header: "Role",
        sortBy: ({ role }) => role,
        cell: ({ role }) => <RoleBadge role={role} />,
      },
      {
        id: "status",
        header: "State",
        sortBy: ({ status }) => status,
        cell: ({ status }) => (
          <Group gap={8} wrap="nowrap">
            <StatusDot color={STATES[status].color} />
            <Text size="sm">{STATES[status].label}</Text>
          </Group>
        ),
      },
      {
        id: "signed-in",
        header: "Signed in",
        isForWideScreens: true,
        sortBy: ({ signed_in_at: at }) => at,
        cell: ({ signed_in_at: at }) => (at === null ? "never" : <TimeText at={at} isRelative />),
      },
      {
        id: "created",
        header: "Added",
        isForWideScreens: true,
        sortBy: ({ created_at: at }) => at,
        cell: ({ created_at: at }) => <TimeText at={at} isRelative />,
      },
      ...(isAdmin
        ? [
            {
              id: "actions",
              header: "",
              align: "right",
              cell: (user: UserBody) => <UserMenuButton user={user} isMe={user.id === me} onLink={setTold} />,
            } as const,
          ]
        : []),
    ],
    [isAdmin, me],
  );
  const invite = isAdmin && (
    <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
      Invite somebody
    </Button>
  );
  if (error && !users) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageHead title="Users" about="People who may sign in to this dashboard." actions={invite} />
      {users ? (
        <DataTable
          label="Users"
          rows={users.data}
          columns={columns}
          idOf={({ id }) => id}
          empty={
            <EmptyState icon={IconUsers} title="Nobody yet" action={invite}>
              Whoever is invited chooses a password by a link that works once.
            </EmptyState>
          }
        />
      ) : (
        <Skeleton height={220} radius="md" />
      )}
      <InviteDialog isOpen={isInviting} onClose={() => setInviting(false)} onLink={setTold} />
      <LinkDialog told={told} onClose={() => setTold(undefined)} />
    </>
  );
}
