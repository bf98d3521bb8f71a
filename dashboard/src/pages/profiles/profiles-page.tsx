import { Badge, Card, Group, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import type { ProfileBody } from "../../../../src/protocols/admin/profile-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { CodeBlock } from "../../parts/code-block.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { formatCost } from "../../parts/format.ts";
import { PageHead } from "../../parts/page-head.tsx";

/** What turns of each profile get. */
export function ProfilesPage() {
  const list = useQuery({
    queryKey: ["profiles"],
    staleTime: 60_000,
    queryFn: ({ signal }) => callApi<{ data: readonly ProfileBody[] }>("/admin/api/profiles", { signal }),
  });
  return (
    <>
      <PageHead
        title="Profiles"
        about="Named sets of defaults. A model's id leads to a profile; a request may change what it is allowed to."
      />
      {list.error ? (
        <Card>
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        </Card>
      ) : !list.data ? (
        <Skeleton height={320} radius="md" />
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
          {list.data.data.map((profile) => (
            <ProfileCard key={profile.name} profile={profile} />
          ))}
        </SimpleGrid>
      )}
      <Text size="sm" c="dimmed" mt="md">
        Profiles stand in the server's config.yaml, below <code>profiles</code>; a change counts after a
        restart.
      </Text>
    </>
  );
}

function ProfileCard({ profile }: { readonly profile: ProfileBody }) {
  const id = `profile-${profile.name}`;
  return (
    <Card component="section" aria-labelledby={id}>
      <Stack gap="sm">
        <Group gap="xs">
          <Title order={2} size="h4" id={id}>
            {profile.name}
          </Title>
          <Badge variant="default" tt="none">
            {profile.engine}
          </Badge>
        </Group>
        <Group gap={6}>
          {profile.models.map((model) => (
            <Badge key={model} variant="light" tt="none">
              {model}
            </Badge>
          ))}
        </Group>
        <Table withRowBorders={false} verticalSpacing={4} aria-labelledby={id}>
          <Table.Tbody>
            {rowsOf(profile).map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={500} c="dimmed" w={150} style={{ verticalAlign: "top" }}>
                  {name}
                </Table.Th>
                <Table.Td>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {profile.instructions !== "" && (
          <CodeBlock
            code={profile.instructions}
            label={`instructions of ${profile.name}`}
            wraps
            maxHeight={180}
          />
        )}
      </Stack>
    </Card>
  );
}

function rowsOf(profile: ProfileBody): readonly (readonly [string, string])[] {
  const rows: readonly (readonly [string, string | readonly string[] | null])[] = [
    ["System prompt", profile.system_prompt === "claude-code" ? "Claude Code's own" : "the client's"],
    ["Built-in tools", profile.builtin_tools],
    ["Permission mode", profile.permission_mode],
    ["Allowed", profile.allowed_tools],
    ["Never allowed", profile.disallowed_tools],
    ["Workspace", profile.workspace],
    ["More folders", profile.additional_directories],
    ["Isolation", profile.isolation],
    ["Sandbox", profile.sandbox],
    ["Claude's settings", profile.setting_sources],
    ["Activity", profile.activity],
    ["MCP servers", profile.mcp_servers.map(({ name, type }) => `${name} (${type})`)],
    ["Sub-agents", profile.agents.map(({ name }) => name)],
    ["Effort", profile.effort],
    ["Calls of the model", profile.max_turns === null ? null : `at most ${profile.max_turns} in a turn`],
    [
      "Cost",
      profile.max_budget_usd === null ? null : `at most ${formatCost(profile.max_budget_usd)} for a turn`,
    ],
    ["Variables", profile.environment.map((name) => `${name}=***`)],
  ];
  return rows.flatMap(([name, value]) => {
    const text = typeof value === "string" ? value : (value?.join(", ") ?? "");
    return text === "" ? [] : [[name, text] as const];
  });
}
