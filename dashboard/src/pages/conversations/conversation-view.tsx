import { Alert, Badge, Button, Card, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowLeft, IconFlame } from "../../parts/icons.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { AdminConversationDetailsBody } from "../../../../src/protocols/admin/conversation-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { ErrorState } from "../../parts/error-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { ConversationActions } from "./conversation-actions.tsx";
import { FolderCard } from "./folder-card.tsx";
import { TurnCard } from "./turn-card.tsx";

const TURNS = 30;

/** One conversation with what was said and done in it. */
export function ConversationView({ id }: { readonly id: string }) {
  const nameOf = usePrincipalNames();
  const pages = useInfiniteQuery({
    queryKey: ["conversations", "one", id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      callApi<AdminConversationDetailsBody>(`/admin/api/conversations/${encodeURIComponent(id)}`, {
        query: { limit: TURNS, before: pageParam },
        signal,
      }),
    getNextPageParam: ({ has_earlier: hasEarlier, turns }) => (hasEarlier ? turns[0]?.id : undefined),
  });
  const back = (
    <Button
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      renderRoot={(props) => <Link to="/conversations" search={{}} {...props} />}
    >
      All conversations
    </Button>
  );
  if (pages.error) {
    return (
      <>
        <PageHead title="Conversation" actions={back} />
        <Card>
          <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
        </Card>
      </>
    );
  }
  const conversation = pages.data?.pages[0];
  if (!conversation) {
    return (
      <>
        <PageHead title="Conversation" actions={back} />
        <Skeleton height={420} radius="md" />
      </>
    );
  }
  const turns = (pages.data?.pages ?? []).toReversed().flatMap((page) => page.turns);
  const isNothingKept = turns.length > 0 && turns.every((turn) => !turn.is_kept);
  return (
    <>
      <PageHead
        title={conversation.name ?? "Conversation"}
        about={
          <Group gap={6} component="span">
            <span>
              {nameOf(conversation.principal)} · profile {conversation.profile} · {conversation.model} ·{" "}
              {conversation.id} ·{" "}
            </span>
            <TimeText at={conversation.updated_at} isRelative />
            {conversation.is_hot && (
              <Badge
                color="orange"
                variant="light"
                tt="none"
                leftSection={<IconFlame size={12} aria-hidden />}
              >
                {conversation.session?.is_busy ? "at work" : "hot"}
                {conversation.session?.process_id != null && ` · process ${conversation.session.process_id}`}
              </Badge>
            )}
          </Group>
        }
        actions={back}
      />
      <ConversationActions conversation={conversation} />
      <Stack gap="md" mt="md">
        {conversation.folder && <FolderCard id={id} folder={conversation.folder} />}
        {isNothingKept && (
          <Alert color="gray" title="What was said is not on record">
            The server is set to store no text (setting retention), or the time for which it does is over.
            Times, tokens and costs stay.
          </Alert>
        )}
        {turns.length === 0 && (
          <Card>
            <Text c="dimmed">No turn of this conversation has been completed yet.</Text>
          </Card>
        )}
        {pages.hasNextPage && (
          <Group justify="center">
            <Button
              variant="default"
              loading={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              Show earlier turns
            </Button>
          </Group>
        )}
        {turns.map((turn) => (
          <TurnCard key={turn.id} conversationId={id} turn={turn} />
        ))}
      </Stack>
    </>
  );
}
