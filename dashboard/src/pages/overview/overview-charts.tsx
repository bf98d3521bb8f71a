import { Card, Group, SimpleGrid, Text } from "@mantine/core";
import { type ReactNode, useMemo } from "react";

import type { OverviewBody, SumBody } from "../../../../src/protocols/admin/format-overview.ts";
import { Chart, type ChartSeries } from "../../parts/chart.tsx";
import type { ChartColor } from "../../parts/chart-options.ts";
import { formatCost, formatDuration, formatLarge } from "../../parts/format.ts";

interface Wanted {
  readonly label: string;
  readonly color: ChartColor;
  readonly of: (sum: SumBody) => number | null;
}

const REQUESTS: readonly Wanted[] = [
  { label: "Answered", color: "sign", of: ({ requests, failures }) => requests - failures },
  { label: "Failed", color: "red", of: ({ failures }) => failures },
];
const TOKENS: readonly Wanted[] = [
  { label: "From cache", color: "teal", of: ({ cache_read_tokens: tokens }) => tokens },
  {
    label: "Other input",
    color: "blue",
    of: ({ input_tokens: fresh, cache_write_tokens: stored }) => fresh + stored,
  },
  { label: "Written", color: "violet", of: ({ output_tokens: tokens }) => tokens },
];
const COST: readonly Wanted[] = [{ label: "Cost", color: "yellow", of: ({ cost_usd: cost }) => cost }];
const FIRST_TOKEN: readonly Wanted[] = [
  { label: "Half of all", color: "sign", of: ({ first_token: first }) => first?.median_ms ?? null },
  { label: "95 %", color: "orange", of: ({ first_token: first }) => first?.p95_ms ?? null },
];

export function OverviewCharts({ overview }: { readonly overview: OverviewBody }) {
  return (
    <>
      <ChartCard
        title="Requests"
        overview={overview}
        wanted={REQUESTS}
        kind="bars"
        format={formatLarge}
        height={210}
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <ChartCard title="Tokens" overview={overview} wanted={TOKENS} kind="bars" format={formatLarge} />
        <ChartCard title="Cost" overview={overview} wanted={COST} kind="bars" format={formatCost} />
      </SimpleGrid>
      <ChartCard
        title="Time to first token"
        overview={overview}
        wanted={FIRST_TOKEN}
        kind="lines"
        format={formatDuration}
      />
    </>
  );
}

interface CardProps {
  readonly title: string;
  readonly overview: OverviewBody;
  readonly wanted: readonly Wanted[];
  readonly kind: "bars" | "lines";
  readonly format: (value: number) => string;
  readonly height?: number;
  readonly aside?: ReactNode;
}

function ChartCard({ title, overview, wanted, kind, format, height = 170, aside }: CardProps) {
  const { times, series } = useMemo(() => fill(overview, wanted, kind), [overview, wanted, kind]);
  return (
    <Card>
      <Group justify="space-between" mb={6}>
        <Text fw={600} component="h2">
          {title}
        </Text>
        {aside}
      </Group>
      <Chart label={title} times={times} series={series} kind={kind} format={format} height={height} />
    </Card>
  );
}

/** Periods without a request are left out of the answer, and are drawn as what they are: nothing. */
function fill(
  { since, until, period_seconds: period, series: given }: OverviewBody,
  wanted: readonly Wanted[],
  kind: "bars" | "lines",
): { readonly times: readonly number[]; readonly series: readonly ChartSeries[] } {
  const byTime = new Map(given.map((sum) => [sum.at, sum]));
  const count = Math.round((until - since) / (period * 1_000));
  const times = Array.from({ length: count }, (_, index) => since + index * period * 1_000);
  return {
    times,
    series: wanted.map(({ label, color, of }) => ({
      label,
      color,
      values: times.map((at) => {
        const sum = byTime.get(at);
        return sum ? of(sum) : kind === "bars" ? 0 : null;
      }),
    })),
  };
}
