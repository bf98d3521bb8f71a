import { Card, Text } from "@mantine/core";
import { useMemo } from "react";

import type { RequestUsageBody } from "../../../../src/protocols/admin/format-request-usage.ts";
import { Chart, type ChartSeries } from "../../parts/chart.tsx";
import { formatCost } from "../../parts/format.ts";

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const month = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric" });

/** The cost of each day or month. */
export function UsageChart({ usage }: { readonly usage: RequestUsageBody }) {
  const { times, series } = useMemo(() => fill(usage), [usage]);
  const format = usage.by === "month" ? month : day;
  return (
    <Card>
      <Text fw={600} component="h2" mb={6}>
        Cost by {usage.by}
      </Text>
      <Chart
        label={`Cost by ${usage.by}`}
        times={times}
        series={series}
        kind="bars"
        format={formatCost}
        formatTime={(at) => format.format(at)}
        height={200}
      />
    </Card>
  );
}

/** Days without a request are there as well. */
function fill({ by, data, since, until }: RequestUsageBody): {
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
} {
  const costs = new Map(data.map(({ id, cost_usd: cost }) => [id, cost]));
  const times: number[] = [];
  const date = new Date(since);
  date.setHours(0, 0, 0, 0);
  if (by === "month") date.setDate(1);
  while (date.getTime() < until) {
    times.push(date.getTime());
    if (by === "month") date.setMonth(date.getMonth() + 1);
    else date.setDate(date.getDate() + 1);
  }
  const idOf = (at: number) => iso.format(at).slice(0, by === "month" ? 7 : 10);
  return {
    times,
    series: [{ label: "Cost", color: "sign", values: times.map((at) => costs.get(idOf(at)) ?? 0) }],
  };
}

/** As the server names days. */
const iso = new Intl.DateTimeFormat("sv-SE");
