import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { IconRefresh, IconTrash } from "../../parts/icons.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { KeyBody, KeyWithSecretBody } from "../../../../src/protocols/admin/key-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { keysQuery } from "../../api/queries.ts";
import { ErrorNote } from "../../parts/error-note.tsx";
import { showDone } from "../../parts/toasts.ts";
import type { ToldSecret } from "./keys-page.tsx";

interface Props {
  readonly of: KeyBody;
  readonly onDone: () => void;
  readonly onSecret: (told: ToldSecret) => void;
}

const GRACE = [
  { value: "0", label: "ends at once" },
  { value: "3600", label: "still works for an hour" },
  { value: "86400", label: "still works for a day" },
  { value: "604800", label: "still works for a week" },
];

/** Another secret for a key, and its end: both are asked about first. */
export function KeyActions({ of: key, onDone, onSecret }: Props) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<"rotate" | "revoke" | undefined>();
  const [grace, setGrace] = useState("0");
  const path = `/admin/api/keys/${encodeURIComponent(key.id)}`;
  const finish = () => {
    void client.invalidateQueries({ queryKey: keysQuery.queryKey });
    setAsked(undefined);
    onDone();
  };
  const rotate = useMutation({
    mutationFn: () =>
      callApi<KeyWithSecretBody>(`${path}/rotate`, {
        method: "POST",
        body: { grace_seconds: Number(grace) },
      }),
    onSuccess: (rotated) => {
      onSecret({ name: rotated.name, secret: rotated.key });
      finish();
    },
  });
  const revoke = useMutation({
    mutationFn: () => callApi<KeyBody>(`${path}/revoke`, { method: "POST" }),
    onSuccess: () => {
      showDone(`The key ${key.name} has been revoked.`);
      finish();
    },
  });
  if (key.status === "revoked") return <span />;
  return (
    <Group gap="xs">
      <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={() => setAsked("rotate")}>
        New secret
      </Button>
      <Button
        variant="light"
        color="red"
        leftSection={<IconTrash size={16} />}
        onClick={() => setAsked("revoke")}
      >
        Revoke
      </Button>
      <Modal
        opened={asked === "rotate"}
        onClose={() => setAsked(undefined)}
        title="Give this key a new secret?"
      >
        <Stack>
          <Text size="sm">
            The key keeps its name, its limits and its record; programs need the new secret.
          </Text>
          <Select
            label="The secret of now"
            data={GRACE}
            allowDeselect={false}
            value={grace}
            onChange={(value) => setGrace(value ?? "0")}
          />
          <ErrorNote error={rotate.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsked(undefined)}>
              Cancel
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
              Make a new secret
            </Button>
          </Group>
        </Stack>
      </Modal>
      <Modal opened={asked === "revoke"} onClose={() => setAsked(undefined)} title={`Revoke ${key.name}?`}>
        <Stack>
          <Text size="sm">
            Programs with this key are refused from now on, for good. What it used stays on record.
          </Text>
          <ErrorNote error={revoke.error} />
          <Group justify="flex-end">
            <Button variant="default" data-autofocus onClick={() => setAsked(undefined)}>
              Cancel
            </Button>
            <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
              Revoke it
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
