import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from "@mantine/core";
import {
  IconDots,
  IconEye,
  IconLink,
  IconShield,
  IconTrash,
  IconUserCheck,
  IconUserOff,
} from "../../parts/icons.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { UserBody, UserLinkBody } from "../../../../src/protocols/admin/user-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { usersQuery } from "../../api/users.ts";
import { ErrorNote } from "../../parts/error-note.tsx";
import { showDone, showError } from "../../parts/toasts.ts";
import type { ToldLink } from "./link-dialog.tsx";

interface Props {
  readonly user: UserBody;
  readonly isMe: boolean;
  readonly onLink: (told: ToldLink) => void;
}

/** What an admin can do with somebody. */
export function UserMenuButton({ user, isMe, onLink }: Props) {
  const client = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const path = `/admin/api/users/${encodeURIComponent(user.id)}`;
  const onSettled = () => client.invalidateQueries({ queryKey: usersQuery.queryKey });
  const change = useMutation({
    mutationFn: (body: { role?: UserBody["role"]; disabled?: boolean }) =>
      callApi<UserBody>(path, { method: "POST", body }),
    onSuccess: ({ name }) => showDone(`${name} has been changed.`),
    onError: showError,
    onSettled,
  });
  const link = useMutation({
    mutationFn: () => callApi<UserLinkBody>(`${path}/link`, { method: "POST" }),
    onSuccess: (made) =>
      onLink({
        name: user.name,
        link: made.link,
        expiresAt: made.expires_at,
        isInvitation: user.status === "invited",
      }),
    onError: showError,
  });
  const remove = useMutation({
    mutationFn: () => callApi(path, { method: "DELETE" }),
    onSuccess: () => {
      showDone(`${user.name} has been removed.`);
      setRemoving(false);
    },
    onSettled,
  });
  const isDisabled = user.status === "disabled";
  return (
    <>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${user.name}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {user.role === "viewer" ? (
            <Menu.Item
              leftSection={<IconShield size={16} />}
              onClick={() => change.mutate({ role: "admin" })}
            >
              Make an admin
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconEye size={16} />} onClick={() => change.mutate({ role: "viewer" })}>
              Make a viewer
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconLink size={16} />} onClick={() => link.mutate()}>
            {user.status === "invited" ? "New invitation" : "Link for a new password"}
          </Menu.Item>
          {isDisabled ? (
            <Menu.Item
              leftSection={<IconUserCheck size={16} />}
              onClick={() => change.mutate({ disabled: false })}
            >
              Enable
            </Menu.Item>
          ) : (
            <Menu.Item
              leftSection={<IconUserOff size={16} />}
              disabled={isMe}
              onClick={() => change.mutate({ disabled: true })}
            >
              Disable
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            disabled={isMe}
            onClick={() => setRemoving(true)}
          >
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={isRemoving} onClose={() => setRemoving(false)} title={`Remove ${user.name}?`}>
        <Stack>
          <Text size="sm">
            Whoever it is will be signed out everywhere, and cannot sign in any more. What was done stays on
            record.
          </Text>
          <ErrorNote error={remove.error} />
          <Group justify="flex-end">
            <Button variant="default" data-autofocus onClick={() => setRemoving(false)}>
              Cancel
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              Remove
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
