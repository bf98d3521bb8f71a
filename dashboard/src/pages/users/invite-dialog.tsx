import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import type { InvitedUserBody } from "../../../../src/protocols/admin/user-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import type { Role } from "../../api/session.ts";
import { usersQuery } from "../../api/users.ts";
import { ErrorNote } from "../../parts/error-note.tsx";
import type { ToldLink } from "./link-dialog.tsx";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onLink: (told: ToldLink) => void;
}

export function InviteDialog({ isOpen, onClose, onLink }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const invite = useMutation({
    mutationFn: () =>
      callApi<InvitedUserBody>("/admin/api/users", { method: "POST", body: { name: name.trim(), role } }),
    onSuccess: (user) => {
      void client.invalidateQueries({ queryKey: usersQuery.queryKey });
      onLink({ name: user.name, link: user.link, expiresAt: user.link_expires_at, isInvitation: true });
      close();
    },
  });
  const close = () => {
    setName("");
    setRole("viewer");
    invite.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <Modal opened={isOpen} onClose={close} title="Invite somebody">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="What this person signs in with."
            required
            maxLength={64}
            data-autofocus
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Radio.Group
            label="Role"
            value={role}
            onChange={(value) => setRole(value === "admin" ? "admin" : "viewer")}
          >
            <Stack gap="xs" mt={6}>
              <Radio
                value="viewer"
                label="Viewer"
                description="Sees what happens and what it costs, and changes nothing."
              />
              <Radio
                value="admin"
                label="Admin"
                description="Does everything: keys, people, settings, conversations."
              />
            </Stack>
          </Radio.Group>
          <ErrorNote error={invite.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              Make an invitation
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
