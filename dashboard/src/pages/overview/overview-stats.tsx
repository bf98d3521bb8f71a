import { SimpleGrid, Skeleton, Text } from "@mantine/core";
import { IconAlertTriangle, IconArrowsExchange, IconCoin, IconCoins, IconRocket } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";

import type { OverviewBody } from "../../../../src/protocols/admin/format-overview.ts";
import { type OverviewRange, overviewQuery } from "../../api/queries.ts";
import { formatCost, formatCount, formatDuration, formatLarge, formatShare } from "../../parts/format.ts";
import { Stat } from "../../parts/stat.tsx";
import { useNow } from "../../parts/use-now.ts";

interface Props {
  readonly overview: OverviewBody | undefined;
  readonly range: OverviewRange;
}

const WORDS: Readonly<Record<OverviewRange, string>> = {
  "1h": "in the last hour",
  "24h": "in 24 hours",
  "30d": "in 30 days",
};

export function OverviewStats({ overview, range }: Props) {
  // Hours of this day, as the reader's clock has it.
  const { data: day } = useQuery(overviewQuery("24h"));
  const now = useNow(60_000);
  if (!overview) {
    return (
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md">
        {["requests", "tokens", "cost", "first", "errors"].map((name) => (
          <Skeleton key={name} height={118} radius="md" />
        ))}
      </SimpleGrid>
    );
  }
  const { total } = overview;
  const today = day?.range === "24h" ? costSince(day, new Date(now).setHours(0, 0, 0, 0)) : undefined;
  const input = total.input_tokens + total.cache_read_tokens + total.cache_write_tokens;
  const cached = input === 0 ? 0 : total.cache_read_tokens / input;
  const failed = total.requests === 0 ? 0 : total.failures / total.requests;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} spacing="md">
      <Stat label="Requests" icon={IconArrowsExchange} value={formatLarge(total.requests)}>
        {formatCount(total.turns)} turns {WORDS[range]}
      </Stat>
      <Stat label="Tokens" icon={IconCoins} value={formatLarge(input + total.output_tokens)}>
        {formatLarge(total.output_tokens)} written, {formatShare(cached)} of input cached
      </Stat>
      <Stat label="Cost today" icon={IconCoin} value={today === undefined ? "–" : formatCost(today)}>
        {formatCost(total.cost_usd)} {WORDS[range]}
      </Stat>
      <Stat
        label="First token"
        icon={IconRocket}
        value={total.first_token?.median_ms == null ? "–" : formatDuration(total.first_token.median_ms)}
      >
        {total.first_token?.p95_ms == null
          ? "No answer yet"
          : `95 % within ${formatDuration(total.first_token.p95_ms)}`}
      </Stat>
      <Stat
        label="Errors"
        icon={IconAlertTriangle}
        value={
          <Text span inherit {...(failed > 0.05 && { c: "var(--mantine-color-error)" })}>
            {formatShare(failed)}
          </Text>
        }
      >
        {formatCount(total.failures)} of {formatCount(total.requests)} requests
      </Stat>
    </SimpleGrid>
  );
}

function costSince({ series }: OverviewBody, since: number): number {
  return series.filter(({ at }) => at >= since).reduce((sum, { cost_usd: cost }) => sum + cost, 0);
}
