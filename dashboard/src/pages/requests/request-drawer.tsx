import { Alert, Button, Drawer, Group, SimpleGrid, Stack, Tabs, Text } from "@mantine/core";
import { IconAlertTriangle, IconMessages } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { RequestDetailBody } from "../../../../src/protocols/admin/format-request.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { requestQuery } from "../../api/queries.ts";
import { useIsAdmin } from "../../api/session.ts";
import { CodeBlock } from "../../parts/code-block.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { formatCost, formatCount, formatDuration, formatTokens } from "../../parts/format.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { Loading } from "../../parts/loading.tsx";
import { PLACEMENTS } from "../../parts/placements.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { asCurl } from "./as-curl.ts";
import { StatusBadge } from "./status-badge.tsx";
import { Timeline } from "./timeline.tsx";
import { ToolSteps } from "./tool-steps.tsx";

interface Props {
  readonly id: string | undefined;
  readonly onClose: () => void;
}

/** All that is on record of one request. */
export function RequestDrawer({ id, onClose }: Props) {
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="xl" title="Request">
      {id !== undefined && <Inspector id={id} />}
    </Drawer>
  );
}

function Inspector({ id }: { readonly id: string }) {
  const { data: request, error, refetch } = useQuery(requestQuery(id));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!request) return <Loading />;
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Group gap="xs">
          <StatusBadge status={request.status} error={request.error} />
          <Text fw={600} ff="monospace" size="sm">
            {request.route}
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          <TimeText at={request.started_at} />
        </Text>
      </Group>
      {request.error !== null && (
        <Alert color={request.error === "cancelled" ? "gray" : "red"} icon={<IconAlertTriangle size={18} />}>
          {request.error === "cancelled"
            ? "The client left before the end, or the turn was cancelled."
            : request.error}
        </Alert>
      )}
      <section aria-label="Timeline">
        <Timeline request={request} />
        <ToolSteps request={request} />
      </section>
      <Facts request={request} />
      {request.conversation_id !== null && (
        <Button
          renderRoot={(props) => (
            <Link to="/conversations" search={{ id: request.conversation_id ?? "" }} {...props} />
          )}
          variant="default"
          leftSection={<IconMessages size={16} />}
        >
          Open the conversation
        </Button>
      )}
      <Tabs defaultValue={request.content ? "content" : "json"} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="content">Content</Tabs.Tab>
          <Tabs.Tab value="json">JSON</Tabs.Tab>
          <Tabs.Tab value="curl">Repeat as curl</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="content" pt="md">
          <Content request={request} />
        </Tabs.Panel>
        <Tabs.Panel value="json" pt="md">
          <JsonView value={request} label="the request as JSON" maxHeight={640} />
        </Tabs.Panel>
        <Tabs.Panel value="curl" pt="md">
          <Stack gap="xs">
            <CodeBlock code={asCurl(request, window.location.origin)} label="the command" wraps />
            <Text size="xs" c="dimmed">
              {request.content
                ? "Tools, images and further parameters of the request are not in it."
                : "What was asked is not kept, so that its place is empty here."}
            </Text>
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Content({ request: { content } }: { readonly request: RequestDetailBody }) {
  const isAdmin = useIsAdmin();
  if (!isAdmin) {
    return (
      <Text size="sm" c="dimmed">
        What was asked and answered is for administrators.
      </Text>
    );
  }
  if (!content) {
    return (
      <Text size="sm" c="dimmed">
        What was asked and answered is not kept. The setting requestLog.content, or the switch of a key, keeps
        it from then on.
      </Text>
    );
  }
  return (
    <Stack>
      <CodeBlock code={content.prompt} label="what was asked" wraps />
      {content.answer === "" ? (
        <Text size="sm" c="dimmed">
          There was no text in the answer.
        </Text>
      ) : (
        <CodeBlock code={content.answer} label="what was answered" wraps />
      )}
    </Stack>
  );
}

function Facts({ request }: { readonly request: RequestDetailBody }) {
  const nameOf = usePrincipalNames();
  const placement = request.placement === null ? undefined : PLACEMENTS[request.placement];
  const facts: readonly (readonly [string, ReactNode])[] = [
    ["Model", request.model],
    ["Answered by", request.claude_model],
    ["Profile", request.profile],
    ["Key", nameOf(request.principal)],
    ["Client", request.client],
    ["Protocol", request.protocol],
    ["Conversation", request.conversation_name ?? request.conversation_id],
    ["Placement", placement ? `${placement.label}: ${placement.about}` : request.placement],
    ["Turns", request.turns > 1 ? formatCount(request.turns) : null],
    ["Total time", formatDuration(request.duration_ms)],
    ...(request.turns > 0
      ? ([
          ["Input", formatTokens(request.input_tokens)],
          ["From cache", formatTokens(request.cache_read_tokens)],
          ["Into cache", formatTokens(request.cache_write_tokens)],
          [
            "Written",
            `${formatTokens(request.output_tokens)}, ${formatCount(request.reasoning_tokens)} of them thinking`,
          ],
          ["Cost", formatCost(request.cost_usd)],
        ] as const)
      : []),
    ["Id", request.id],
  ];
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing={10} m={0}>
      {facts
        .filter(([, value]) => value !== null && value !== "")
        .map(([label, value]) => (
          <div key={label}>
            <Text component="dt" size="xs" c="dimmed">
              {label}
            </Text>
            <Text component="dd" size="sm" m={0}>
              {value}
            </Text>
          </div>
        ))}
    </SimpleGrid>
  );
}
