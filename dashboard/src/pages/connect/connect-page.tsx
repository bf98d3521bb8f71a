import { Card, Group, SegmentedControl, SimpleGrid, Skeleton, Text, TextInput } from "@mantine/core";
import { IconPlugConnected, IconSearch } from "../../parts/icons.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { callApi } from "../../api/call-api.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { ClientCard } from "./client-card.tsx";
import type { Connections } from "./connections.ts";
import { KeyCard } from "./key-card.tsx";
import { ownPlatform, PLATFORMS } from "./platforms.ts";

/** How each client is set up to use this server. */
export function ConnectPage() {
  const [platform, setPlatform] = useState(ownPlatform);
  const [text, setText] = useState("");
  const [key, setKey] = useState<string>();
  const url = window.location.origin;
  const list = useQuery({
    queryKey: ["connect", url, platform],
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => callApi<Connections>("/admin/api/connect", { query: { url, platform }, signal }),
  });
  const wanted = text.trim().toLowerCase();
  const shown = list.data?.data.filter(({ name, title }) =>
    `${name} ${title}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <PageHead title="Connect" about="Any client of OpenAI's or Anthropic's API can use this server." />
      <KeyCard url={url} model={list.data?.model ?? "sonnet"} secret={key} onSecret={setKey} />
      <Group gap="xs" my="md" justify="space-between">
        <TextInput
          aria-label="Find a client"
          placeholder="Find a client"
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="System of the client's machine"
          data={PLATFORMS.map(({ value, label }) => ({ value, label }))}
          value={platform}
          onChange={setPlatform}
        />
      </Group>
      {list.error ? (
        <Card>
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        </Card>
      ) : !list.data || !shown ? (
        <Skeleton height={320} radius="md" />
      ) : shown.length === 0 ? (
        <Card>
          <EmptyState icon={IconPlugConnected} title="Not among these">
            Whatever speaks OpenAI's API works with the address {url}/v1 and a key.
          </EmptyState>
        </Card>
      ) : (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          {shown.map((client) => (
            <ClientCard
              key={client.name}
              client={client}
              placeholder={list.data.key_placeholder}
              secret={key}
            />
          ))}
        </SimpleGrid>
      )}
      <Text size="sm" c="dimmed" mt="md">
        On the server's own machine <code>turnpike connect NAME</code> writes the same into the client's
        files.
      </Text>
    </>
  );
}
