import { Button } from "@mantine/core";
import { IconPlayerStop } from "../../parts/icons.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { RunBody } from "../../../../src/protocols/admin/format-run.ts";
import { callApi } from "../../api/call-api.ts";
import { runsQuery } from "../../api/queries.ts";
import { useIsAdmin } from "../../api/session.ts";
import { showDone, showError } from "../../parts/toasts.ts";
import { isOver } from "./run-state.ts";

/** Ends a turn; not for viewers. */
export function CancelButton({ run }: { readonly run: RunBody }) {
  const isAdmin = useIsAdmin();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => callApi(`/admin/api/runs/${encodeURIComponent(run.id)}/cancel`, { method: "POST" }),
    onSuccess: () => showDone("The turn is being cancelled."),
    onError: showError,
    onSettled: () => client.invalidateQueries({ queryKey: runsQuery.queryKey }),
  });
  if (!isAdmin || isOver(run)) return null;
  return (
    <Button
      variant="light"
      color="red"
      size="xs"
      leftSection={<IconPlayerStop size={15} />}
      loading={cancel.isPending}
      onClick={() => cancel.mutate()}
    >
      Cancel
    </Button>
  );
}
