import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconKey } from "../../parts/icons.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import type { KeyWithSecretBody } from "../../../../src/protocols/admin/key-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { useIsAdmin } from "../../api/session.ts";
import { CodeBlock } from "../../parts/code-block.tsx";
import { ErrorNote } from "../../parts/error-note.tsx";

interface Props {
  readonly url: string;
  readonly model: string;
  /** The key that was made here. */
  readonly secret: string | undefined;
  readonly onSecret: (secret: string) => void;
}

/** A key in one click, and the shortest way to try it. */
export function KeyCard({ url, model, secret, onSecret }: Props) {
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () =>
      callApi<KeyWithSecretBody>("/admin/api/keys", {
        method: "POST",
        body: { name: name.trim() || "my client" },
      }),
    onSuccess: ({ key }) => {
      onSecret(key);
      void client.invalidateQueries({ queryKey: ["keys"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Card>
      <Stack gap="sm">
        <Title order={2} size="h4">
          The address and a key
        </Title>
        {secret !== undefined ? (
          <Alert color="sign" icon={<IconKey size={18} />} title="Your new key, shown this once">
            <CodeBlock code={secret} label="the key" wraps />
            <Text size="sm" mt="xs">
              It stands in all that is below until you leave this page.
            </Text>
          </Alert>
        ) : isAdmin ? (
          <form onSubmit={submit}>
            <Group gap="xs" align="flex-end">
              <TextInput
                label="Name of the key"
                placeholder="my client"
                value={name}
                maxLength={128}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <Button type="submit" leftSection={<IconKey size={16} />} loading={make.isPending}>
                Make a key
              </Button>
            </Group>
          </form>
        ) : (
          <Text size="sm" c="dimmed">
            An admin makes keys. Put yours where YOUR_KEY stands.
          </Text>
        )}
        <ErrorNote error={make.error} />
        <CodeBlock label="curl" code={curlFor(url, model, secret ?? "YOUR_KEY")} />
      </Stack>
    </Card>
  );
}

function curlFor(url: string, model: string, key: string): string {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  return [
    `curl ${url}/v1/chat/completions \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d '${body}'`,
  ].join("\n");
}
