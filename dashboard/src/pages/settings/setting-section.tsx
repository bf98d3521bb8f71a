import { Card, Title } from "@mantine/core";

import type { SettingBody } from "../../../../src/protocols/admin/setting-schemas.ts";
import classes from "./settings.module.css";
import { SettingRow } from "./setting-row.tsx";

interface Props {
  readonly section: string;
  readonly settings: readonly SettingBody[];
}

export function SettingSection({ section, settings }: Props) {
  const id = `section-${section.replaceAll(" ", "-")}`;
  return (
    <Card component="section" padding={0} mb="md" aria-labelledby={id}>
      <Title order={2} size="h4" id={id} className={classes["title"] ?? ""}>
        {section}
      </Title>
      {settings.map((setting) => (
        <SettingRow key={setting.key} setting={setting} />
      ))}
    </Card>
  );
}
