import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";

import type {
  RequestUsageBody,
  UsagePartBody,
} from "../../../../src/protocols/admin/format-request-usage.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { type DataColumn, DataTable } from "../../parts/data-table.tsx";
import { formatCost, formatCount, formatLarge, formatShare } from "../../parts/format.ts";
import { type Division, DIVISIONS } from "./usage-query.ts";

/** No conversation's id. */
const OTHERS = "others";

interface Props {
  readonly usage: RequestUsageBody;
  readonly by: Division;
  readonly empty: ReactNode;
}

export function UsageTable({ usage, by, empty }: Props) {
  const nameOf = usePrincipalNames();
  const total = usage.total.cost_usd;
  const columns = useMemo<DataColumn<UsagePartBody>[]>(() => {
    const number = (
      id: string,
      header: string,
      of: (sum: UsagePartBody) => number,
      isWide = true,
    ): DataColumn<UsagePartBody> => ({
      id,
      header,
      align: "right",
      ...(isWide && { isForWideScreens: true }),
      sortBy: of,
      cell: (sum) => formatLarge(of(sum)),
    });
    return [
      {
        id: "what",
        header: DIVISIONS[by].label,
        sortBy: ({ id, name }) => name ?? id,
        cell: ({ id, name }) => {
          if (id === OTHERS) return "All others, and what belongs to none";
          const label = by === "principal" ? nameOf(id) : id === "" ? "none" : (name ?? id);
          if (id === "" || by === "day" || by === "month") return label;
          return (
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/requests" search={{ [by]: id }} {...props} />}
            >
              {label}
            </Anchor>
          );
        },
      },
      {
        ...number("requests", "Requests", ({ requests }) => requests, false),
        cell: ({ requests }) => formatCount(requests),
      },
      number("failures", "Failed", ({ failures }) => failures),
      number("cached", "From cache", ({ cache_read_tokens: tokens }) => tokens),
      number("input", "Other input", ({ input_tokens: fresh, cache_write_tokens: stored }) => fresh + stored),
      number("output", "Written", ({ output_tokens: tokens }) => tokens),
      {
        id: "cost",
        header: "Cost",
        align: "right",
        sortBy: ({ cost_usd: cost }) => cost,
        cell: ({ cost_usd: cost }) => formatCost(cost),
      },
      {
        id: "share",
        header: "Share",
        align: "right",
        isForWideScreens: true,
        cell: ({ cost_usd: cost }) => (total === 0 ? "" : formatShare(cost / total)),
      },
    ];
  }, [by, nameOf, total]);
  const rows = useMemo(
    () => [...usage.data, ...(usage.others ? [{ id: OTHERS, name: null, ...usage.others }] : [])],
    [usage],
  );
  const isOfTimes = by === "day" || by === "month";
  return (
    <DataTable
      key={by}
      label={`Usage by ${DIVISIONS[by].label.toLowerCase()}`}
      rows={rows}
      columns={columns}
      idOf={({ id }) => id}
      initialSort={isOfTimes ? { id: "what", desc: true } : { id: "cost", desc: true }}
      empty={empty}
    />
  );
}
