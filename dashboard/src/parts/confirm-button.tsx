import { Button, type ButtonProps, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";

interface Props extends Pick<ButtonProps, "color" | "variant" | "leftSection" | "size" | "disabled"> {
  readonly label: string;
  /** What happens, and whether it can be taken back. */
  readonly question: ReactNode;
  readonly onConfirm: () => void;
  readonly isPending?: boolean;
}

/** A button for what should not happen by a slip. */
export function ConfirmButton({ label, question, onConfirm, isPending = false, ...look }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button {...look} loading={isPending} onClick={open}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={label}>
        <Stack>
          <Text component="div">{question}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Leave it
            </Button>
            <Button
              color={look.color ?? "sign"}
              onClick={() => {
                close();
                onConfirm();
              }}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
