import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconGitMerge } from "../../parts/icons.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { AdminConversationDetailsBody } from "../../../../src/protocols/admin/conversation-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { DiffView } from "../../parts/diff-view.tsx";
import { ErrorNote } from "../../parts/error-note.tsx";
import { showDone, showError } from "../../parts/toasts.ts";

interface FolderDiff {
  readonly diff: string;
  readonly is_complete: boolean;
  readonly changes: readonly { readonly path: string; readonly type: string }[];
}

interface Props {
  readonly id: string;
  readonly folder: NonNullable<AdminConversationDetailsBody["folder"]>;
}

/** What a conversation has changed in a folder of its own, and the way into the workspace. */
export function FolderCard({ id, folder }: Props) {
  const client = useQueryClient();
  const path = `/admin/api/conversations/${encodeURIComponent(id)}`;
  const diff = useQuery({
    queryKey: ["conversations", "diff", id],
    queryFn: ({ signal }) => callApi<FolderDiff>(`${path}/diff`, { signal }),
  });
  const apply = useMutation({
    mutationFn: () => callApi<{ applied: string[] }>(`${path}/apply`, { method: "POST", body: {} }),
    onSuccess: ({ applied }) => showDone(`${applied.length} files were brought into the workspace.`),
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: ["conversations"] }),
  });
  const count = diff.data?.changes.length ?? 0;
  return (
    <Card>
      <Stack gap="sm">
        <Group justify="space-between">
          <div>
            <Title order={2} size="h4">
              Its own folder
            </Title>
            <Text size="sm" c="dimmed">
              {folder.isolation === "worktree" ? "A git worktree" : "A copy"} of the workspace.{" "}
              {diff.data && (count === 0 ? "Nothing differs from it." : `${count} files differ from it.`)}
            </Text>
          </div>
          {count > 0 && (
            <Button
              leftSection={<IconGitMerge size={16} />}
              loading={apply.isPending}
              onClick={() => apply.mutate()}
            >
              Apply to the workspace
            </Button>
          )}
        </Group>
        <ErrorNote error={diff.error} />
        {diff.data && diff.data.diff !== "" && <DiffView diff={diff.data.diff} label="What differs" />}
        {diff.data?.is_complete === false && (
          <Text size="sm" c="dimmed">
            Files that are too large are only named.
          </Text>
        )}
      </Stack>
    </Card>
  );
}
