import { Badge, Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconCheck, IconChecks, IconX } from "../../parts/icons.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { AdminApprovalBody } from "../../../../src/protocols/admin/approval-schemas.ts";
import { callApi } from "../../api/call-api.ts";
import { usePrincipalNames } from "../../api/principal-names.ts";
import { useIsAdmin } from "../../api/session.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { StatusDot } from "../../parts/status-dot.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { showDone, showError } from "../../parts/toasts.ts";

interface ApprovalList {
  readonly data: readonly AdminApprovalBody[];
}

const KEY = ["approvals"];

/** Calls of tools that wait for a person; for admins. */
export function ApprovalCards() {
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const { data: approvals } = useQuery({
    queryKey: KEY,
    enabled: isAdmin,
    queryFn: ({ signal }) => callApi<ApprovalList>("/admin/api/approvals", { signal }),
  });
  useEffect(() => {
    if (!isAdmin) return;
    // Opened again by the browser when it breaks.
    const source = new EventSource("/admin/api/approvals/stream");
    const refresh = () => void client.invalidateQueries({ queryKey: KEY });
    source.addEventListener("approval.requested", refresh);
    source.addEventListener("approval.resolved", refresh);
    return () => source.close();
  }, [isAdmin, client]);
  if (!approvals || approvals.data.length === 0) return null;
  return (
    <section aria-labelledby="approvals">
      <Title order={2} size="h4" mb="sm" id="approvals">
        Waiting for you{" "}
        <Text span inherit c="dimmed" fw={500}>
          {approvals.data.length}
        </Text>
      </Title>
      <Stack gap="sm" aria-live="assertive">
        {approvals.data.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} />
        ))}
      </Stack>
    </section>
  );
}

type Decision = "allow" | "always" | "deny";
const SAID: Readonly<Record<Decision, string>> = {
  allow: "Allowed.",
  always: "Allowed, now and for the rest of this conversation.",
  deny: "Denied.",
};

function ApprovalCard({ approval }: { readonly approval: AdminApprovalBody }) {
  const client = useQueryClient();
  const nameOf = usePrincipalNames();
  const [reason, setReason] = useState("");
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      callApi(`/admin/api/approvals/${encodeURIComponent(approval.id)}`, {
        method: "POST",
        body: { decision, ...(decision === "deny" && reason.trim() !== "" && { reason }) },
      }),
    onSuccess: (_, decision) => showDone(SAID[decision]),
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <Card
      padding="md"
      data-approval-id={approval.id}
      style={{ borderInlineStart: "4px solid var(--mantine-color-yellow-6)" }}
    >
      <Stack gap="sm">
        <Group gap="xs">
          <StatusDot color="yellow" isAlive />
          <Text fw={600}>{approval.summary}</Text>
          <Badge variant="default" tt="none">
            {approval.tool}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {nameOf(approval.principal)} · profile {approval.profile}
          {approval.conversation_name !== null && ` · ${approval.conversation_name}`} · denied by itself{" "}
          <TimeText at={approval.expires_at} />
        </Text>
        <JsonView value={approval.input} label="what it would do" maxHeight={220} />
        <Group gap="xs" align="flex-end">
          <Button
            leftSection={<IconCheck size={16} />}
            disabled={decide.isPending}
            onClick={() => decide.mutate("allow")}
          >
            Allow
          </Button>
          {approval.always_allows.length > 0 && (
            <Button
              variant="light"
              leftSection={<IconChecks size={16} />}
              disabled={decide.isPending}
              title={approval.always_allows.join(", ")}
              onClick={() => decide.mutate("always")}
            >
              Always in this conversation
            </Button>
          )}
          <TextInput
            aria-label="Reason for a denial"
            placeholder="Why not (told to Claude)"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            style={{ flex: 1, minWidth: 180 }}
          />
          <Button
            variant="light"
            color="red"
            leftSection={<IconX size={16} />}
            disabled={decide.isPending}
            onClick={() => decide.mutate("deny")}
          >
            Deny
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
