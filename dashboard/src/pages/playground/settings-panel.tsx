import { Card, NumberInput, Select, Stack, Textarea, Title } from "@mantine/core";

import { type ChatSettings, EFFORTS } from "./chat-settings.ts";
import type { ServedModel } from "./models.ts";

interface Props {
  readonly settings: ChatSettings;
  readonly models: readonly ServedModel[];
  readonly onChange: (settings: ChatSettings) => void;
}

export function SettingsPanel({ settings, models, onChange }: Props) {
  const set = (change: Partial<ChatSettings>) => onChange({ ...settings, ...change });
  const chosen = models.find(({ id }) => id === settings.model);
  const modes = chosen?.claude?.request_overrides?.permission_modes ?? [];
  const byProfile = Map.groupBy(models, ({ claude }) => claude?.profile ?? "");
  return (
    <Card padding="md">
      <Stack gap="sm">
        <Title order={2} size="h5">
          Parameters
        </Title>
        <Select
          label="Model"
          searchable
          allowDeselect={false}
          data={[...byProfile].map(([profile, group]) => ({
            group: `Profile ${profile}`,
            items: group.map(({ id }) => id),
          }))}
          value={settings.model}
          onChange={(model) => model !== null && set({ model, permissionMode: "" })}
        />
        <Textarea
          label="System text"
          autosize
          minRows={2}
          maxRows={8}
          value={settings.system}
          onChange={(event) => set({ system: event.currentTarget.value })}
        />
        <Select
          label="Effort"
          placeholder="The model's own"
          clearable
          data={[...EFFORTS]}
          value={settings.effort === "" ? null : settings.effort}
          onChange={(effort) => set({ effort: effort ?? "" })}
        />
        <NumberInput
          label="Most tokens of the answer"
          placeholder="No limit"
          min={1}
          allowDecimal={false}
          value={settings.maxTokens}
          onChange={(value) => set({ maxTokens: typeof value === "number" ? value : "" })}
        />
        <Select
          label="Permission mode"
          description="Those that the server lets requests choose"
          placeholder="The profile's own"
          clearable
          data={[...modes]}
          value={settings.permissionMode === "" ? null : settings.permissionMode}
          onChange={(mode) => set({ permissionMode: mode ?? "" })}
        />
      </Stack>
    </Card>
  );
}
