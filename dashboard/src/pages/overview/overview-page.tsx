import { Card, Grid, SegmentedControl, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { IconChartBar } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type OverviewRange, overviewQuery } from "../../api/queries.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { ErrorsCard } from "./errors-card.tsx";
import { FirstTokenCard } from "./first-token-card.tsx";
import { OverviewCharts } from "./overview-charts.tsx";
import { OverviewStats } from "./overview-stats.tsx";
import { PlanCard } from "./plan-card.tsx";
import { ProcessesCard } from "./processes-card.tsx";
import { TopCard } from "./top-card.tsx";

const RANGES: { value: OverviewRange; label: string }[] = [
  { value: "1h", label: "1 hour" },
  { value: "24h", label: "24 hours" },
  { value: "30d", label: "30 days" },
];

export function OverviewPage() {
  const [range, setRange] = useState<OverviewRange>("24h");
  const { data: overview, error, refetch } = useQuery(overviewQuery(range));
  return (
    <>
      <PageHead
        title="Overview"
        about="What this server does, for whom, and what it costs."
        actions={
          <SegmentedControl
            aria-label="Time"
            data={RANGES}
            value={range}
            onChange={(value) => setRange(RANGES.find((each) => each.value === value)?.value ?? "24h")}
          />
        }
      />
      <Stack gap="md">
        <OverviewStats overview={overview ?? undefined} range={range} />
        <Grid gap="md">
          <Grid.Col span={{ base: 12, lg: 8 }}>
            <Stack gap="md">
              {error ? (
                <Card>
                  <ErrorState error={error} onRetry={() => void refetch()} />
                </Card>
              ) : overview === null ? (
                <Card>
                  <EmptyState icon={IconChartBar} title="No request log">
                    This server keeps no record of requests, so there is nothing to draw. The setting
                    requestLog.mode switches it on.
                  </EmptyState>
                </Card>
              ) : overview ? (
                <OverviewCharts overview={overview} />
              ) : (
                <Skeleton height={560} radius="md" />
              )}
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 4 }}>
            <Stack gap="md">
              <ProcessesCard />
              <PlanCard />
              {overview && <FirstTokenCard overview={overview} />}
              {overview && <ErrorsCard overview={overview} />}
            </Stack>
          </Grid.Col>
        </Grid>
        {overview && (
          <SimpleGrid cols={{ base: 1, md: 3 }} spacing="md">
            <TopCard title="By key" groups={overview.by_principal} filter="principal" />
            <TopCard title="By model" groups={overview.by_model} filter="model" />
            <TopCard title="By profile" groups={overview.by_profile} filter="profile" />
          </SimpleGrid>
        )}
      </Stack>
    </>
  );
}
