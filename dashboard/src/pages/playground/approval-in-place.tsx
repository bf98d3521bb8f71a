import { Button, Card, Group, Text } from "@mantine/core";
import { IconHandStop } from "../../parts/icons.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { callApi } from "../../api/call-api.ts";
import { CodeBlock } from "../../parts/code-block.tsx";
import { showError } from "../../parts/toasts.ts";
import type { ShownApproval } from "./exchange.ts";

interface Props {
  readonly approval: ShownApproval;
  readonly isRunning: boolean;
}

/** A call that waits for the person who looks at it. */
export function ApprovalInPlace({ approval, isRunning }: Props) {
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: "allow" | "always" | "deny") =>
      callApi(`/admin/api/approvals/${encodeURIComponent(approval.id)}`, {
        method: "POST",
        body: { decision },
      }),
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: ["approvals"] }),
  });
  if (approval.status !== "waiting" || !isRunning) {
    return (
      <Text size="sm" c="dimmed" mt="xs">
        {approval.summary || approval.tool}: {approval.status.replaceAll("_", " ")}
      </Text>
    );
  }
  return (
    <Card
      mt="sm"
      padding="sm"
      role="alert"
      data-approval-id={approval.id}
      style={{ borderInlineStart: "4px solid var(--mantine-color-yellow-6)" }}
    >
      <Text fw={600} mb="xs">
        <IconHandStop size={18} aria-hidden /> {approval.summary || `Claude wants to use ${approval.tool}`}
      </Text>
      <CodeBlock code={approval.input} label="what it would do" wraps maxHeight={180} />
      <Group gap="xs" mt="sm">
        <Button size="xs" loading={decide.isPending} onClick={() => decide.mutate("allow")}>
          Allow
        </Button>
        {approval.alwaysAllows !== "" && (
          <Button
            size="xs"
            variant="default"
            title={approval.alwaysAllows}
            loading={decide.isPending}
            onClick={() => decide.mutate("always")}
          >
            Always in this conversation
          </Button>
        )}
        <Button
          size="xs"
          color="red"
          variant="light"
          loading={decide.isPending}
          onClick={() => decide.mutate("deny")}
        >
          Deny
        </Button>
      </Group>
    </Card>
  );
}
