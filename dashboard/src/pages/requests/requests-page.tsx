import { Button, Card, Group, Skeleton, Text } from "@mantine/core";
import { IconListSearch } from "../../parts/icons.ts";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import type { RequestPageBody } from "../../../../src/protocols/admin/format-request.ts";
import { callApi } from "../../api/call-api.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { ExportMenu } from "../../parts/export-menu.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { RequestDrawer } from "./request-drawer.tsx";
import { countFilters, type RequestSearch, toQuery } from "./request-filters.ts";
import { RequestTable } from "./request-table.tsx";

const PAGE = 50;

export function RequestsPage() {
  const search: RequestSearch = useSearch({ from: "/frame/requests" });
  const navigate = useNavigate({ from: "/requests" });
  const { id, ...filters } = search;
  const [openedAt] = useState(Date.now);
  const query = toQuery(filters, openedAt);
  const list = useInfiniteQuery({
    queryKey: ["requests", "list", query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      callApi<RequestPageBody>("/admin/api/requests", {
        query: { ...query, limit: PAGE, after: pageParam },
        signal,
      }),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const change = (next: RequestSearch) =>
    void navigate({
      // What is empty need not stand in the address.
      search: Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as Record<string, string>,
      replace: true,
    });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const isFiltered = countFilters(filters) > 0 || filters.range !== undefined || filters.since !== undefined;
  return (
    <>
      <PageHead
        title="Requests"
        about="Everything that clients have asked for, newest first."
        actions={<ExportMenu path="/admin/api/requests/export" query={query} />}
      />
      <FilterBar search={filters} onChange={change} clients={rows.map(({ client }) => client)} />
      {list.error ? (
        <Card>
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        </Card>
      ) : list.isPending ? (
        <Skeleton height={420} radius="md" />
      ) : (
        <RequestTable
          rows={rows}
          selectedId={id}
          onOpen={(request) => change({ ...filters, id: request.id })}
          empty={
            isFiltered ? (
              <EmptyState
                icon={IconListSearch}
                title="Nothing fits"
                action={
                  <Button variant="default" mt="sm" onClick={() => change({})}>
                    Show all requests
                  </Button>
                }
              >
                No request on record fits all of these filters.
              </EmptyState>
            ) : (
              <EmptyState icon={IconListSearch} title="No request yet">
                As soon as a client asks something, it appears here by itself. The page Connect shows how to
                set one up.
              </EmptyState>
            )
          }
          footer={
            <Group justify="center" p="sm">
              {list.hasNextPage ? (
                <Button
                  variant="subtle"
                  loading={list.isFetchingNextPage}
                  onClick={() => void list.fetchNextPage()}
                >
                  Show older ones
                </Button>
              ) : (
                <Text size="xs" c="dimmed">
                  That is all of them.
                </Text>
              )}
            </Group>
          }
        />
      )}
      <RequestDrawer id={id} onClose={() => change(filters)} />
    </>
  );
}
