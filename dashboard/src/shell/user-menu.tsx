import { ActionIcon, Avatar, Menu, Text } from "@mantine/core";
import { IconLock, IconLogout, IconLogout2 } from "../parts/icons.ts";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";

import { useSession, useSignOut } from "../api/session.ts";
import { showError } from "../parts/toasts.ts";
import { PasswordDialog } from "./password-dialog.tsx";

export function UserMenu() {
  const { user } = useSession();
  const signOut = useSignOut();
  const router = useRouter();
  const [changesPassword, setChangesPassword] = useState(false);
  const leave = (where: "here" | "everywhere") => {
    signOut(where).then(() => router.navigate({ to: "/login" }), showError);
  };
  return (
    <>
      <Menu position="bottom-end" width={230} withArrow>
        <Menu.Target>
          <ActionIcon size="lg" radius="xl">
            <Avatar size={30} color="sign" name={user.name} alt="" aria-hidden />
            <span className="tp-hidden">Signed in as {user.name}</span>
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="sm" fw={600} c="var(--mantine-color-text)">
              {user.name}
            </Text>
            <Text size="xs">{user.role === "admin" ? "Admin" : "Viewer: may look, and change nothing"}</Text>
          </Menu.Label>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLock size={16} />} onClick={() => setChangesPassword(true)}>
            Change password
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave("here")}>
            Sign out
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout2 size={16} />} onClick={() => leave("everywhere")}>
            Sign out everywhere
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PasswordDialog isOpen={changesPassword} onClose={() => setChangesPassword(false)} />
    </>
  );
}
