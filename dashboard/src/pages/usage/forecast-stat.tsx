import { useQuery } from "@tanstack/react-query";

import type { RequestUsageBody } from "../../../../src/protocols/admin/format-request-usage.ts";
import { callApi } from "../../api/call-api.ts";
import { formatCost } from "../../parts/format.ts";
import { Stat } from "../../parts/stat.tsx";
import { useNow } from "../../parts/use-now.ts";
import { forecastMonth } from "./forecast.ts";
import { usageQueryOf } from "./usage-query.ts";

const HOUR_MS = 3_600_000;

/** What this month will cost at this pace. */
export function ForecastStat() {
  const now = useNow(HOUR_MS);
  const query = usageQueryOf("day", "90d", now);
  const { data: usage } = useQuery({
    queryKey: ["usage", "forecast", query],
    queryFn: ({ signal }) => callApi<RequestUsageBody>("/admin/api/usage", { query, signal }),
  });
  if (!usage) return <Stat label="This month, expected" value="–" />;
  // As the server names days.
  const today = new Intl.DateTimeFormat("sv-SE").format(now);
  const { soFar, expected } = forecastMonth(usage.data, today);
  return (
    <Stat label="This month, expected" value={formatCost(expected)}>
      {formatCost(soFar)} so far; the rest like the last seven days
    </Stat>
  );
}
