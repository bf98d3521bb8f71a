import { Drawer } from "@mantine/core";

import type { KeyBody } from "../../../../src/protocols/admin/key-schemas.ts";
import { useIsAdmin } from "../../api/session.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { KeyForm } from "./key-form.tsx";
import type { ToldSecret } from "./keys-page.tsx";

interface Props {
  readonly opened: KeyBody | "new" | undefined;
  readonly onClose: () => void;
  readonly onSecret: (told: ToldSecret) => void;
}

/** A key to be made or changed; viewers only see what is set. */
export function KeyDrawer({ opened, onClose, onSecret }: Props) {
  const isAdmin = useIsAdmin();
  const key = opened === "new" ? undefined : opened;
  return (
    <Drawer
      opened={opened !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={key ? key.name : "New key"}
    >
      {opened !== undefined && isAdmin && (
        <KeyForm key={key?.id ?? "new"} of={key} onClose={onClose} onSecret={onSecret} />
      )}
      {key && !isAdmin && <JsonView value={key} label="the key as JSON" maxHeight={700} />}
    </Drawer>
  );
}
