import { Card, Group, SegmentedControl, Select, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconChartBar } from "../../parts/icons.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import type { RequestUsageBody } from "../../../../src/protocols/admin/format-request-usage.ts";
import { callApi } from "../../api/call-api.ts";
import { orNull } from "../../api/queries.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ExportMenu } from "../../parts/export-menu.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { formatCost, formatLarge } from "../../parts/format.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Stat } from "../../parts/stat.tsx";
import { ForecastStat } from "./forecast-stat.tsx";
import { UsageChart } from "./usage-chart.tsx";
import {
  type Division,
  DIVISIONS,
  isDivision,
  isSpan,
  type Span,
  SPANS,
  usageQueryOf,
} from "./usage-query.ts";
import { UsageTable } from "./usage-table.tsx";

export function UsagePage() {
  const search = useSearch({ from: "/frame/usage" });
  const navigate = useNavigate({ from: "/usage" });
  const by: Division = isDivision(search["by"]) ? search["by"] : "day";
  const span: Span = isSpan(search["span"]) ? search["span"] : "30d";
  const [now] = useState(Date.now);
  const query = usageQueryOf(by, span, now);
  const {
    data: usage,
    error,
    refetch,
  } = useQuery({
    queryKey: ["usage", query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => orNull(callApi<RequestUsageBody>("/admin/api/usage", { query, signal })),
  });
  const change = (more: { by?: Division; span?: Span }) =>
    void navigate({ search: { by, span, ...more }, replace: true });
  return (
    <>
      <PageHead
        title="Usage"
        about="Who and what used how much, and what it cost."
        actions={
          <>
            <Select
              aria-label="Time"
              w={165}
              allowDeselect={false}
              data={Object.entries(SPANS).map(([value, { label }]) => ({ value, label }))}
              value={span}
              onChange={(value) => isSpan(value ?? undefined) && change({ span: value as Span })}
            />
            <ExportMenu path="/admin/api/usage" query={query} />
          </>
        }
      />
      <Stack gap="md">
        <SegmentedControl
          aria-label="Told by"
          style={{ alignSelf: "flex-start", maxWidth: "100%", overflowX: "auto" }}
          data={Object.entries(DIVISIONS).map(([value, { label }]) => ({ value, label }))}
          value={by}
          onChange={(value) => isDivision(value) && change({ by: value })}
        />
        {error ? (
          <Card>
            <ErrorState error={error} onRetry={() => void refetch()} />
          </Card>
        ) : usage === undefined ? (
          <Skeleton height={420} radius="md" />
        ) : usage === null ? (
          <Card p={0}>
            <EmptyState icon={IconChartBar} title="No request log">
              This server keeps no record of requests. The setting requestLog.mode switches it on.
            </EmptyState>
          </Card>
        ) : (
          <>
            <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
              <Stat label="Cost" value={formatCost(usage.total.cost_usd)}>
                {SPANS[span].label.toLowerCase()}
              </Stat>
              <Stat label="Requests" value={formatLarge(usage.total.requests)}>
                {formatLarge(usage.total.failures)} of them failed
              </Stat>
              <Stat label="Tokens written" value={formatLarge(usage.total.output_tokens)}>
                {formatLarge(usage.total.reasoning_tokens)} of them thinking
              </Stat>
              <ForecastStat />
            </SimpleGrid>
            {(usage.by === "day" || usage.by === "month") && usage.data.length > 0 && (
              <UsageChart usage={usage} />
            )}
            <UsageTable
              usage={usage}
              by={isDivision(usage.by) ? usage.by : by}
              empty={
                <EmptyState icon={IconChartBar} title="Nothing was used">
                  There was no request in this time.
                </EmptyState>
              }
            />
            <Group>
              <Text size="xs" c="dimmed">
                Days are those of {usage.time_zone}. Costs are what the API would ask for.
                {usage.by === "conversation" &&
                  " Of each hour and day the conversations that cost most are told apart, for 13 months. What they do not hold, such as requests from before a release that counts them, is among all others."}
              </Text>
            </Group>
          </>
        )}
      </Stack>
    </>
  );
}
