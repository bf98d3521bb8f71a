import { Badge, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp } from "../../parts/icons.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { AdminTurnBody } from "../../../../src/protocols/admin/conversation-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { DiffView } from "../../parts/diff-view.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { showDone, showError } from "../../parts/toasts.ts";

interface Props {
  readonly conversationId: string;
  readonly turnId: string;
  readonly changes: NonNullable<AdminTurnBody["changes"]>;
}

const COLORS = { created: "green", changed: "blue", deleted: "red", renamed: "violet" } as const;

/** The files that a turn has changed, and the way back. */
export function TurnChanges({ conversationId, turnId, changes }: Props) {
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: () =>
      callApi<{ restored: string[] }>(
        `/admin/api/conversations/${encodeURIComponent(conversationId)}/turns/${turnId}/undo`,
        { method: "POST", body: {} },
      ),
    onSuccess: ({ restored }) =>
      showDone(
        restored.length === 1 ? "One file is as it was." : `${restored.length} files are as they were.`,
      ),
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: ["conversations", "one", conversationId] }),
  });
  return (
    <section aria-label="Changed files">
      <Group justify="space-between" mb="xs">
        <Text size="xs" fw={600} c="dimmed">
          Changed files
        </Text>
        {changes.undone_at === null ? (
          <ConfirmButton
            label="Undo"
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={14} />}
            isPending={undo.isPending}
            question="The files of the workspace become as they were before this turn, all or none. What has been changed since is left alone: then nothing is undone."
            onConfirm={() => undo.mutate()}
          />
        ) : (
          <Text size="xs" c="dimmed">
            Undone <TimeText at={changes.undone_at} isRelative />
          </Text>
        )}
      </Group>
      <Stack gap="xs">
        {changes.files.map((file) => (
          <details key={`${file.type} ${file.path}`}>
            <summary>
              <Badge color={COLORS[file.type]} variant="light" tt="none" mr="xs">
                {file.type}
              </Badge>
              <Text span size="sm" ff="monospace">
                {file.previous_path === null ? file.path : `${file.previous_path} → ${file.path}`}
              </Text>
            </summary>
            {file.diff === null ? (
              <Text size="sm" c="dimmed" mt={4}>
                It is no text, or too large to be compared.
              </Text>
            ) : (
              <DiffView diff={file.diff} label={`Changes of ${file.path}`} />
            )}
          </details>
        ))}
      </Stack>
      {!changes.is_complete && (
        <Text size="sm" c="dimmed" mt={4}>
          There were more changes than are looked at.
        </Text>
      )}
    </section>
  );
}
