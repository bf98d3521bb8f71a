import { Group, Text, Tooltip } from "@mantine/core";

import type { FeedState } from "../api/feed.ts";
import { StatusDot } from "../parts/status-dot.tsx";

const SAID = {
  live: { label: "Live", color: "green", more: "What happens on the server appears here by itself." },
  connecting: { label: "Connecting", color: "yellow", more: "Connecting to the server." },
  waiting: {
    label: "Reconnecting",
    color: "red",
    more: "The server does not answer. This page tries again by itself.",
  },
} as const;

export function ConnectionBadge({ state }: { readonly state: FeedState }) {
  const { label, color, more } = SAID[state];
  return (
    <Tooltip label={more}>
      <Group gap={7} wrap="nowrap" role="status" data-feed={state}>
        <StatusDot color={color} isAlive={state === "live"} />
        <Text size="sm" c="dimmed">
          {label}
        </Text>
      </Group>
    </Tooltip>
  );
}
