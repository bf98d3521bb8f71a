import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconEyeOff } from "../../parts/icons.ts";

import { CodeBlock } from "../../parts/code-block.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { linkHere } from "./link-here.ts";

export interface ToldLink {
  readonly name: string;
  readonly link: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly isInvitation: boolean;
}

interface Props {
  readonly told: ToldLink | undefined;
  readonly onClose: () => void;
}

/** The one time that a link is shown. */
export function LinkDialog({ told, onClose }: Props) {
  const link = told ? linkHere(told.link, window.location.origin) : "";
  return (
    <Modal
      opened={told !== undefined}
      onClose={onClose}
      closeOnClickOutside={false}
      size="lg"
      title={told?.isInvitation ? `An invitation for ${told.name}` : `A new password for ${told?.name ?? ""}`}
    >
      {told && (
        <Stack>
          <Alert color="yellow" icon={<IconEyeOff size={18} />}>
            It is shown only now. Whoever has it can use it: send it on a way that you trust.
          </Alert>
          <CodeBlock code={link} label="the link" wraps />
          <Text size="sm" c="dimmed">
            It works once, until <TimeText at={told.expiresAt} />.
          </Text>
          <Group justify="flex-end">
            <CopyButton text={link} what="the link" isLarge />
            <Button variant="default" onClick={onClose}>
              Done
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
