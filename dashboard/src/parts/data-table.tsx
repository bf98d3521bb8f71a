import { Card, Table, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "./icons.ts";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  type RowData,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";

import classes from "./data-table.module.css";

export interface DataColumn<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Absent: the table cannot be sorted by it. */
  readonly sortBy?: (row: Row) => string | number | null;
  readonly align?: "right";
  /** Left out where the screen is narrow; `widest`: already where it is not very wide. */
  readonly isForWideScreens?: true | "widest";
}

interface Props<Row> {
  /** What is listed, for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  /** The same array each time, else the table begins anew. */
  readonly columns: readonly DataColumn<Row>[];
  readonly idOf: (row: Row) => string;
  /** Shown in place of no rows. */
  readonly empty?: ReactNode;
  /** Makes each row a way to its details; the first cell is the button for the keyboard. */
  readonly onOpen?: (row: Row) => void;
  readonly selectedId?: string | undefined;
  readonly initialSort?: { readonly id: string; readonly desc: boolean };
  /** Below the rows, such as a button for more. */
  readonly footer?: ReactNode;
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

/** A list with columns. Sorts what it has been given; what stands on other pages it does not know. */
export function DataTable<Row extends RowData>({
  label,
  rows,
  columns,
  idOf,
  empty,
  onOpen,
  selectedId,
  initialSort,
  footer,
}: Props<Row>) {
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const defined = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return columns.map(({ id, header, sortBy }) =>
      helper.accessor((row): unknown => sortBy?.(row) ?? undefined, {
        id,
        header,
        enableSorting: sortBy !== undefined,
        sortUndefined: "last",
      }),
    );
  }, [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    columns: defined,
    data,
    getRowId: idOf,
    ...(initialSort && { initialState: { sorting: [initialSort] } }),
  });
  if (rows.length === 0 && empty !== undefined) return <Card p={0}>{empty}</Card>;
  const classOf = (id: string) => {
    const column = byId.get(id);
    return [
      classes["cell"],
      column?.align === "right" && classes["right"],
      column?.isForWideScreens && classes["wide"],
      column?.isForWideScreens === "widest" && classes["widest"],
    ]
      .filter(Boolean)
      .join(" ");
  };
  return (
    <Card p={0} style={{ overflow: "hidden" }}>
      <Table.ScrollContainer
        minWidth={0}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "region", "aria-label": label } }}
      >
        <Table verticalSpacing="xs" horizontalSpacing="sm" aria-label={label}>
          <Table.Thead className={classes["head"] ?? ""}>
            {table.getHeaderGroups().map((group) => (
              <Table.Tr key={group.id}>
                {group.headers.map(({ id, column }) => {
                  const sorted = column.getIsSorted();
                  return (
                    <Table.Th
                      key={id}
                      className={classOf(column.id)}
                      aria-sort={ARIA_SORT[String(sorted)] ?? "none"}
                    >
                      {column.getCanSort() ? (
                        <UnstyledButton
                          className={classes["sort"] ?? ""}
                          onClick={() => column.toggleSorting()}
                        >
                          {byId.get(column.id)?.header}
                          <SortIcon sorted={sorted} />
                        </UnstyledButton>
                      ) : (
                        byId.get(column.id)?.header
                      )}
                    </Table.Th>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Thead>
          <Table.Tbody>
            {table.getRowModel().rows.map((row) => (
              <Table.Tr
                key={row.id}
                className={classes["row"] ?? ""}
                data-clickable={onOpen !== undefined || undefined}
                data-selected={row.id === selectedId || undefined}
                data-row-id={row.id}
                {...(onOpen && { onClick: () => onOpen(row.original) })}
              >
                {columns.map((column, index) => (
                  <Table.Td key={column.id} className={classOf(column.id)}>
                    {onOpen && index === 0 ? (
                      // The click goes on to the row.
                      <UnstyledButton className={classes["open"] ?? ""}>
                        {column.cell(row.original)}
                      </UnstyledButton>
                    ) : (
                      column.cell(row.original)
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {footer}
    </Card>
  );
}

const ARIA_SORT: Readonly<Record<string, "ascending" | "descending">> = {
  asc: "ascending",
  desc: "descending",
};

function SortIcon({ sorted }: { readonly sorted: false | "asc" | "desc" }) {
  if (sorted === "asc") return <IconArrowUp size={13} aria-hidden />;
  if (sorted === "desc") return <IconArrowDown size={13} aria-hidden />;
  return <IconArrowsSort size={13} opacity={0.5} aria-hidden />;
}
