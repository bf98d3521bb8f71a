import { Button, Group } from "@mantine/core";
import { IconPlayerPlay, IconSnowflake, IconTrash } from "../../parts/icons.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";

import type { AdminConversationDetailsBody } from "../../../../src/protocols/admin/conversation-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { useSession } from "../../api/session.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { showDone, showError } from "../../parts/toasts.ts";

/** What can be done with a conversation as a whole. */
export function ConversationActions({
  conversation,
}: {
  readonly conversation: AdminConversationDetailsBody;
}) {
  const client = useQueryClient();
  const navigate = useNavigate({ from: "/conversations" });
  const { user } = useSession();
  const path = `/admin/api/conversations/${encodeURIComponent(conversation.id)}`;
  const evict = useMutation({
    mutationFn: () => callApi(`${path}/evict`, { method: "POST", body: {} }),
    onSuccess: () => showDone("Its process has ended. The next turn goes on from the record."),
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: ["conversations"] }),
  });
  const remove = useMutation({
    mutationFn: () => callApi(path, { method: "DELETE" }),
    onSuccess: async () => {
      showDone("The conversation is deleted.");
      await navigate({ search: {} });
      client.removeQueries({ queryKey: ["conversations", "one", conversation.id] });
      await client.invalidateQueries({ queryKey: ["conversations"] });
    },
    onError: showError,
  });
  const isOwn = conversation.principal === `user:${user.id}`;
  return (
    <Group gap="xs">
      {isOwn && (
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          renderRoot={(props) => (
            <Link
              to="/playground"
              search={{
                conversation: conversation.id,
                profile: conversation.profile,
                model: conversation.model,
              }}
              {...props}
            />
          )}
        >
          Continue in the playground
        </Button>
      )}
      {conversation.is_hot && (
        <Button
          variant="default"
          leftSection={<IconSnowflake size={16} />}
          loading={evict.isPending}
          onClick={() => evict.mutate()}
        >
          Evict
        </Button>
      )}
      <ConfirmButton
        label="Delete"
        color="red"
        variant="light"
        leftSection={<IconTrash size={16} />}
        isPending={remove.isPending}
        question="Everything that is on record of this conversation goes, with its own folder if it has one. A running turn of it is cancelled. This cannot be taken back."
        onConfirm={() => remove.mutate()}
      />
    </Group>
  );
}
