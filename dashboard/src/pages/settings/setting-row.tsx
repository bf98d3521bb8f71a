import { Badge, Code, Group, Text, Tooltip } from "@mantine/core";

import type { SettingBody } from "../../../../src/protocols/admin/setting-schemas.ts";
import { useIsAdmin } from "../../api/session.ts";
import classes from "./settings.module.css";
import { SettingForm } from "./setting-form.tsx";

const ORIGINS = {
  flag: { label: "flag", color: "violet" },
  environment: { label: "variable", color: "blue" },
  file: { label: "file", color: "teal" },
  changed: { label: "changed here", color: "orange" },
  default: { label: "default", color: "gray" },
} as const;

/** One setting: what it does, what it is, and where that comes from. */
export function SettingRow({ setting }: { readonly setting: SettingBody }) {
  const isAdmin = useIsAdmin();
  const { label, color } = ORIGINS[setting.origin.type];
  return (
    <div className={classes["row"]} data-setting={setting.key}>
      <div className={classes["what"]}>
        <Group gap={6}>
          <Text span fw={600} size="sm">
            {setting.key}
          </Text>
          <Tooltip label={setting.origin.text}>
            <Badge variant="light" color={color} tt="none" size="sm" tabIndex={0}>
              {label}
            </Badge>
          </Tooltip>
          {!setting.is_live && (
            <Badge variant="default" tt="none" size="sm">
              needs a restart
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {setting.about}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {setting.flag} · {setting.variable}
          {setting.default !== null && ` · default ${setting.default}`}
        </Text>
      </div>
      {isAdmin && setting.is_live ? (
        <SettingForm key={setting.value} setting={setting} />
      ) : (
        <Code className={classes["value"] ?? ""}>{setting.value || "–"}</Code>
      )}
    </div>
  );
}
