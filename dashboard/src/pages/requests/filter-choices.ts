import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { GroupBody } from "../../../../src/protocols/admin/format-overview.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { overviewQuery } from "../../api/queries.ts";
import { PLACEMENTS } from "../../parts/placements.ts";

export interface FilterChoice {
  readonly value: string;
  readonly label: string;
}

/** What there was in the last thirty days. */
export function useFilterChoices(): Readonly<
  Record<"principal" | "model" | "profile" | "error" | "placement", readonly FilterChoice[]>
> {
  const { data: overview } = useQuery({ ...overviewQuery("30d"), staleTime: 60_000 });
  const nameOf = usePrincipalNames();
  return useMemo(
    () => ({
      principal: toChoices(overview?.by_principal, nameOf),
      model: toChoices(overview?.by_model),
      profile: toChoices(overview?.by_profile),
      error: [
        { value: "any", label: "Any error" },
        { value: "none", label: "No error" },
        ...toChoices(overview?.by_error),
      ],
      placement: Object.entries(PLACEMENTS).map(([value, { label }]) => ({ value, label })),
    }),
    [overview, nameOf],
  );
}

function toChoices(
  groups: readonly GroupBody[] | undefined,
  nameOf: (id: string) => string = (id) => id,
): readonly FilterChoice[] {
  return (groups ?? []).filter(({ id }) => id !== "").map(({ id }) => ({ value: id, label: nameOf(id) }));
}
