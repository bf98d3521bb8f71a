import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { IconKey, IconPlus } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { KeyBody } from "../../../../src/protocols/admin/key-schemas.ts";
import { keysQuery } from "../../api/queries.ts";
import { useIsAdmin } from "../../api/session.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { KeyDrawer } from "./key-drawer.tsx";
import { KeyTable } from "./key-table.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

type Shown = "active" | "all";

/** What a new key's secret was told for. */
export interface ToldSecret {
  readonly name: string;
  readonly secret: string;
}

export function KeysPage() {
  const isAdmin = useIsAdmin();
  const { data: keys, error, refetch } = useQuery(keysQuery);
  const [shown, setShown] = useState<Shown>("active");
  const [opened, setOpened] = useState<KeyBody | "new" | undefined>();
  const [told, setTold] = useState<ToldSecret | undefined>();
  const create = isAdmin && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setOpened("new")}>
      New key
    </Button>
  );
  if (error && !keys) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const rows = (keys?.data ?? []).filter(({ status }) => shown === "all" || status === "active");
  return (
    <>
      <PageHead
        title="Keys"
        about="Who may use this server, and how much."
        actions={
          <>
            <SegmentedControl
              aria-label="Which keys"
              data={[
                { value: "active", label: "Active" },
                { value: "all", label: "All" },
              ]}
              value={shown}
              onChange={(value) => setShown(value === "all" ? "all" : "active")}
            />
            {create}
          </>
        }
      />
      {keys ? (
        <KeyTable
          rows={rows}
          onOpen={setOpened}
          empty={
            keys.data.length > 0 ? (
              <EmptyState icon={IconKey} title="No key is active" action={create}>
                Every key has expired or was revoked. All shows them.
              </EmptyState>
            ) : (
              <EmptyState icon={IconKey} title="No key yet" action={create}>
                A key lets a program use this server. Each can have its own models, folders and limits.
              </EmptyState>
            )
          }
        />
      ) : (
        <Skeleton height={260} radius="md" />
      )}
      <KeyDrawer opened={opened} onClose={() => setOpened(undefined)} onSecret={setTold} />
      <SecretDialog told={told} onClose={() => setTold(undefined)} />
    </>
  );
}
