import { Button, Group, Modal, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { callApi } from "../api/call-api.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { LEAST_PASSWORD } from "../parts/password-rule.ts";
import { showDone } from "../parts/toasts.ts";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function PasswordDialog({ isOpen, onClose }: Props) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () =>
      callApi("/admin/api/password", {
        method: "POST",
        body: { current_password: current, new_password: next },
      }),
    onSuccess: () => {
      showDone("Your password has been changed.");
      close();
    },
  });
  const close = () => {
    setCurrent("");
    setNext("");
    change.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Modal opened={isOpen} onClose={close} title="Change password">
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            data-autofocus
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description={`At least ${LEAST_PASSWORD} characters.`}
            autoComplete="new-password"
            required
            minLength={LEAST_PASSWORD}
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <ErrorNote error={change.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              Change it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
