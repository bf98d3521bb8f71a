import { Card, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconActivityHeartbeat } from "../../parts/icons.ts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { runsQuery } from "../../api/queries.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ErrorState } from "../../parts/error-state.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { ApprovalCards } from "./approval-cards.tsx";
import { RunCard } from "./run-card.tsx";
import { RunDrawer } from "./run-drawer.tsx";
import { isOver } from "./run-state.ts";
import { RecentRuns } from "./recent-runs.tsx";

export function LivePage() {
  const { data: runs, error, refetch } = useQuery(runsQuery);
  const [followed, setFollowed] = useState<string | undefined>();
  if (error && !runs) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const running = runs?.data.filter((run) => !isOver(run)) ?? [];
  const recent = runs?.data.filter(isOver) ?? [];
  return (
    <>
      <PageHead title="Live" about="What Claude Code is doing right now." />
      <Stack gap="lg">
        <ApprovalCards />
        <section aria-labelledby="running">
          <Title order={2} size="h4" mb="sm" id="running">
            Running{" "}
            <Text span inherit c="dimmed" fw={500}>
              {running.length}
            </Text>
          </Title>
          <Stack gap="sm" aria-live="polite" aria-relevant="additions">
            {!runs && <Skeleton height={96} radius="md" />}
            {runs && running.length === 0 && (
              <Card p={0}>
                <EmptyState icon={IconActivityHeartbeat} title="All quiet">
                  No turn is running. The next one appears here by itself, as soon as a client asks.
                </EmptyState>
              </Card>
            )}
            {running.map((run) => (
              <RunCard key={run.id} run={run} onFollow={() => setFollowed(run.id)} />
            ))}
          </Stack>
        </section>
        {recent.length > 0 && (
          <section aria-labelledby="recent">
            <Title order={2} size="h4" mb="sm" id="recent">
              Just finished
            </Title>
            <RecentRuns runs={recent} onOpen={setFollowed} />
          </section>
        )}
      </Stack>
      <RunDrawer id={followed} onClose={() => setFollowed(undefined)} />
    </>
  );
}
