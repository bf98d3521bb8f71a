import { Anchor, Card, Group, List, Stack, Text, Title } from "@mantine/core";
import { IconExternalLink } from "../../parts/icons.ts";

import type { ConnectionBody } from "../../../../src/protocols/admin/connection-schemas.ts";
import { CodeBlock } from "../../parts/code-block.tsx";

interface Props {
  readonly client: ConnectionBody;
  readonly placeholder: string;
  /** Stands in the placeholder's place, except in files that are not for secrets. */
  readonly secret: string | undefined;
}

/** What one client needs, to be copied. */
export function ClientCard({ client, placeholder, secret }: Props) {
  const fill = (text: string) => (secret === undefined ? text : text.replaceAll(placeholder, secret));
  const [page] = client.documentation;
  return (
    <Card component="section" aria-labelledby={`client-${client.name}`} data-client={client.name}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h4" id={`client-${client.name}`}>
            {client.title}
          </Title>
          {page !== undefined && (
            <Anchor href={page} target="_blank" rel="noreferrer noopener" size="sm">
              Its documentation <IconExternalLink size={13} aria-hidden />
            </Anchor>
          )}
        </Group>
        {client.files.map((file) => (
          <div key={file.path}>
            <Text size="sm" ff="monospace" c="dimmed" mb={4}>
              {file.path}
            </Text>
            <CodeBlock
              code={file.holds_key ? fill(file.text) : file.text}
              label={`${file.path} of ${client.title}`}
              maxHeight={240}
            />
          </div>
        ))}
        {client.steps.length > 0 && (
          <List type="ordered" size="sm" spacing={4}>
            {client.steps.map((step) => (
              <List.Item key={step}>{fill(step)}</List.Item>
            ))}
          </List>
        )}
        {client.start.length > 0 && (
          <CodeBlock code={fill(client.start.join("\n"))} label={`start of ${client.title}`} />
        )}
        {client.notes.map((note) => (
          <Text key={note} size="sm" c="dimmed">
            {note}
          </Text>
        ))}
      </Stack>
    </Card>
  );
}
