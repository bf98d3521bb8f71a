import { Badge, Button, Card, Group, Skeleton, Text } from "@mantine/core";
import { IconHistory } from "../../parts/icons.ts";
import { useInfiniteQuery } from "@tanstack/react-query";

import type { AuditEntryBody, AuditListBody } from "../../../../src/protocols/admin/audit-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { changedFields } from "./changed-fields.ts";
import classes from "./settings.module.css";

/** Who changed what, the latest first. */
export function AuditList() {
  const nameOf = usePrincipalNames();
  const list = useInfiniteQuery({
    queryKey: ["audit"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      callApi<AuditListBody>("/admin/api/audit", { query: { after: pageParam }, signal }),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  if (list.error) {
    return (
      <Card>
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      </Card>
    );
  }
  if (!list.data) return <Skeleton height={320} radius="md" />;
  const entries = list.data.pages.flatMap(({ data }) => data);
  if (entries.length === 0) {
    return (
      <Card>
        <EmptyState icon={IconHistory} title="Nothing was changed yet">
          Changes of keys, users, settings and conversations, cancelled turns and answered approvals stand
          here, with who made them.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card padding={0} component="ol" className={classes["audit"] ?? ""} aria-label="Changes">
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} who={nameOf(entry.principal)} />
      ))}
      {list.hasNextPage && (
        <Group justify="center" p="sm" component="li">
          <Button
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show more
          </Button>
        </Group>
      )}
    </Card>
  );
}

function Entry({ entry, who }: { readonly entry: AuditEntryBody; readonly who: string }) {
  const fields = changedFields(entry);
  return (
    <li className={classes["entry"]} data-action={entry.action}>
      <Group gap="xs">
        <Badge variant="light" tt="none">
          {entry.action}
        </Badge>
        <Text span size="sm" fw={600}>
          {who}
        </Text>
        {entry.target !== null && (
          <Text span size="sm" c="dimmed" ff="monospace">
            {entry.target}
          </Text>
        )}
        <Text span size="sm" c="dimmed" ml="auto">
          <TimeText at={entry.at} />
        </Text>
      </Group>
      {fields.length > 0 && (
        <dl className={classes["fields"]}>
          {fields.map(({ name, before, after }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {before !== undefined && <del>{before}</del>}
                {after !== undefined && <ins>{after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
