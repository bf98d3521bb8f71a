import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { IconEyeOff } from "../../parts/icons.ts";

import { CodeBlock } from "../../parts/code-block.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import type { ToldSecret } from "./keys-page.tsx";

interface Props {
  readonly told: ToldSecret | undefined;
  readonly onClose: () => void;
}

/** The one time that a secret is shown. A click beside it does not close it. */
export function SecretDialog({ told, onClose }: Props) {
  const setup = told
    ? `export OPENAI_BASE_URL=${window.location.origin}/v1\nexport OPENAI_API_KEY=${told.secret}`
    : "";
  return (
    <Modal
      opened={told !== undefined}
      onClose={onClose}
      closeOnClickOutside={false}
      size="lg"
      title={`The secret of ${told?.name ?? ""}`}
    >
      {told && (
        <Stack>
          <Alert color="yellow" icon={<IconEyeOff size={18} />}>
            It is shown only now. The server keeps no more than its hash.
          </Alert>
          <CodeBlock code={told.secret} label="the key" wraps />
          <CodeBlock code={setup} label="lines for a shell" />
          <Group justify="flex-end">
            <CopyButton text={told.secret} what="the key" isLarge />
            <Button variant="default" onClick={onClose}>
              I have it
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
