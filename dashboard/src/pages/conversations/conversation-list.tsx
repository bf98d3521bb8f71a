import { Badge, Button, Card, Group, Select, Skeleton, Text } from "@mantine/core";
import { IconFlame, IconMessages } from "../../parts/icons.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";

import type {
  AdminConversationBody,
  AdminConversationListBody,
} from "../../../../src/protocols/admin/conversation-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { useIsAdmin } from "../../api/session.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { formatCount } from "../../parts/format.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { TimeText } from "../../parts/time-text.tsx";

const PAGE = 50;
const STATES = [
  { value: "hot", label: "Hot" },
  { value: "stored", label: "On record" },
];

/** Everybody's conversations. */
export function ConversationList() {
  const search = useSearch({ from: "/frame/conversations" });
  const navigate = useNavigate({ from: "/conversations" });
  const isAdmin = useIsAdmin();
  const nameOf = usePrincipalNames();
  const { principal, profile, state } = search;
  const filters = { principal, profile, state };
  const list = useInfiniteQuery({
    queryKey: ["conversations", "list", filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      callApi<AdminConversationListBody>("/admin/api/conversations", {
        query: { ...filters, limit: PAGE, after: pageParam },
        signal,
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => list.data?.pages.flatMap(({ data }) => data) ?? [], [list.data]);
  const change = (next: Record<string, string | null | undefined>) =>
    void navigate({
      search: Object.fromEntries(
        Object.entries({ ...filters, ...next }).filter(([, value]) => value),
      ) as Record<string, string>,
    });
  const columns = useMemo(() => columnsOf(nameOf), [nameOf]);
  const isFiltered = Boolean(principal ?? profile ?? state);
  const choices = (pick: (row: AdminConversationBody) => string, chosen: string | undefined) =>
    [...new Set([...rows.map(pick), ...(chosen ? [chosen] : [])])].toSorted();
  return (
    <>
      <PageHead
        title="Conversations"
        about={
          isAdmin
            ? "What every client has talked about, the latest first. A hot one goes on where it stands."
            : "Every client's conversations, the latest first. What was said in them is for admins."
        }
      />
      <Group gap="xs" mb="md" role="search" aria-label="Conversations">
        <Select
          aria-label="Principal"
          placeholder="Everybody"
          w={190}
          clearable
          searchable
          data={choices(({ principal: id }) => id, principal).map((id) => ({ value: id, label: nameOf(id) }))}
          value={principal ?? null}
          onChange={(value) => change({ principal: value })}
        />
        <Select
          aria-label="Profile"
          placeholder="Any profile"
          w={160}
          clearable
          data={choices((row) => row.profile, profile)}
          value={profile ?? null}
          onChange={(value) => change({ profile: value })}
        />
        <Select
          aria-label="State"
          placeholder="Any state"
          w={140}
          clearable
          data={STATES}
          value={state ?? null}
          onChange={(value) => change({ state: value })}
        />
      </Group>
      {list.error ? (
        <Card>
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        </Card>
      ) : list.isPending ? (
        <Skeleton height={360} radius="md" />
      ) : (
        <DataTable
          label="Conversations"
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          {...(isAdmin && {
            onOpen: (row: AdminConversationBody) => void navigate({ search: { id: row.id } }),
          })}
          empty={
            isFiltered ? (
              <EmptyState
                icon={IconMessages}
                title="Nothing fits"
                action={
                  <Button variant="default" mt="sm" onClick={() => void navigate({ search: {} })}>
                    Show all conversations
                  </Button>
                }
              >
                No conversation fits all of these filters.
              </EmptyState>
            ) : (
              <EmptyState icon={IconMessages} title="No conversation yet">
                As soon as a client talks with Claude, the conversation stands here. The playground is one,
                too.
              </EmptyState>
            )
          }
          footer={
            list.hasNextPage && (
              <Group justify="center" p="sm">
                <Button
                  variant="default"
                  loading={list.isFetchingNextPage}
                  onClick={() => void list.fetchNextPage()}
                >
                  Show more
                </Button>
              </Group>
            )
          }
        />
      )}
    </>
  );
}

function columnsOf(nameOf: (id: string | null) => string): readonly DataColumn<AdminConversationBody>[] {
  return [
    {
      id: "name",
      header: "Conversation",
      cell: ({ id, name }) => (
        <Text size="sm" fw={name === null ? 400 : 600} truncate maw="min(340px, 28vw)">
          {name ?? shortId(id)}
        </Text>
      ),
    },
    {
      id: "state",
      header: "State",
      cell: ({ is_hot: isHot }) =>
        isHot ? (
          <Badge color="orange" variant="light" tt="none" leftSection={<IconFlame size={12} aria-hidden />}>
            hot
          </Badge>
        ) : (
          <Badge variant="default" tt="none">
            on record
          </Badge>
        ),
    },
    { id: "principal", header: "Whose", cell: ({ principal }) => nameOf(principal), isForWideScreens: true },
    { id: "profile", header: "Profile", cell: ({ profile }) => profile, isForWideScreens: true },
    { id: "model", header: "Model", cell: ({ model }) => model, isForWideScreens: true },
    {
      id: "turns",
      header: "Turns",
      align: "right",
      isForWideScreens: true,
      cell: ({ turn_count: count }) => formatCount(count),
    },
    {
      id: "updated",
      header: "Latest",
      align: "right",
      cell: ({ updated_at: at }) => <TimeText at={at} isRelative />,
    },
  ];
}

function shortId(id: string): string {
  return id.length > 18 ? `${id.slice(0, 14)}…` : id;
}
