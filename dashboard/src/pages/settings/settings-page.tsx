import { Card, Skeleton, Tabs, TextInput } from "@mantine/core";
import { IconSearch, IconSettings } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useIsAdmin } from "../../api/session.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { AuditList } from "./audit-list.tsx";
import { SettingSection } from "./setting-section.tsx";
import { bySection, settingsQuery } from "./settings-query.ts";

/** Every setting with where it comes from, and who has changed what. */
export function SettingsPage() {
  const isAdmin = useIsAdmin();
  return (
    <>
      <PageHead
        title="Settings"
        about="Flags come first, then variables, then config.yaml. What is live can change here, at once and for later starts."
      />
      {isAdmin ? (
        <Tabs defaultValue="settings" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="settings">Settings</Tabs.Tab>
            <Tabs.Tab value="audit">Audit log</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="settings">
            <AllSettings />
          </Tabs.Panel>
          <Tabs.Panel value="audit">
            <AuditList />
          </Tabs.Panel>
        </Tabs>
      ) : (
        <AllSettings />
      )}
    </>
  );
}

function AllSettings() {
  const [text, setText] = useState("");
  const list = useQuery(settingsQuery);
  if (list.error) {
    return (
      <Card>
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      </Card>
    );
  }
  if (!list.data) return <Skeleton height={420} radius="md" />;
  const wanted = text.trim().toLowerCase();
  const shown = list.data.data.filter(({ key, about, flag, variable }) =>
    [key, about, flag, variable].some((each) => each.toLowerCase().includes(wanted)),
  );
  return (
    <>
      <TextInput
        aria-label="Find a setting"
        placeholder="Find a setting"
        leftSection={<IconSearch size={16} />}
        mb="md"
        maw={360}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {shown.length === 0 ? (
        <Card>
          <EmptyState icon={IconSettings} title="No such setting">
            {wanted === ""
              ? "This server was not started from settings."
              : "Settings are found by their names, flags, variables and what they do."}
          </EmptyState>
        </Card>
      ) : (
        [...bySection(shown)].map(([section, settings]) => (
          <SettingSection key={section} section={section} settings={settings} />
        ))
      )}
    </>
  );
}
