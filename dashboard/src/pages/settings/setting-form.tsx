import { ActionIcon, Button, Group, Select, TextInput, Tooltip } from "@mantine/core";
import { IconArrowBackUp } from "../../parts/icons.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import type { SettingBody } from "../../../../src/protocols/admin/setting-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { showDone } from "../../parts/toasts.ts";
import classes from "./settings.module.css";
import { type SettingList, settingsQuery } from "./settings-query.ts";

/** Changes a setting at once. What the server says against a value stands below it. */
export function SettingForm({ setting }: { readonly setting: SettingBody }) {
  const client = useQueryClient();
  const [value, setValue] = useState(setting.value);
  const change = useMutation({
    mutationFn: (to: string | null) =>
      callApi<SettingList>("/admin/api/settings", {
        method: "POST",
        body: { values: { [setting.key]: to } },
      }),
    onSuccess: (list, to) => {
      client.setQueryData(settingsQuery.queryKey, list);
      void client.invalidateQueries({ queryKey: ["audit"] });
      showDone(to === null ? `${setting.key} is as it was given.` : `${setting.key} is changed.`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(value.trim());
  };
  const label = `Value of ${setting.key}`;
  const error = change.error?.message;
  return (
    <form onSubmit={submit} className={classes["form"]}>
      <Group gap={6} wrap="nowrap" align="flex-start">
        {setting.choices ? (
          <Select
            aria-label={label}
            allowDeselect={false}
            data={setting.choices}
            value={value}
            error={error}
            style={{ flex: 1 }}
            onChange={(next) => setValue(next ?? setting.value)}
          />
        ) : (
          <TextInput
            aria-label={label}
            value={value}
            error={error}
            style={{ flex: 1 }}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        )}
        <Button
          type="submit"
          variant={value === setting.value ? "default" : "filled"}
          disabled={value === setting.value || value.trim() === ""}
          loading={change.isPending}
        >
          Save
        </Button>
        {setting.origin.type === "changed" && (
          <Tooltip label="Take the change back">
            <ActionIcon
              size="lg"
              aria-label={`Take the change of ${setting.key} back`}
              onClick={() => change.mutate(null)}
            >
              <IconArrowBackUp size={18} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </form>
  );
}
