import { Button, Menu } from "@mantine/core";
import { IconDownload, IconFileSpreadsheet, IconFileText } from "./icons.ts";

import { withQuery } from "../api/call-api.ts";

interface Props {
  /** The route that gives the files. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** All that fits the query, as a file. */
export function ExportMenu({ path, query }: Props) {
  const urlOf = (format: string) => withQuery(path, { ...query, format });
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={urlOf("csv")} download leftSection={<IconFileSpreadsheet size={16} />}>
          CSV, for a spreadsheet
        </Menu.Item>
        <Menu.Item component="a" href={urlOf("ndjson")} download leftSection={<IconFileText size={16} />}>
          NDJSON, for programs
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
