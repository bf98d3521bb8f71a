import { Button } from "@mantine/core";
import { IconRoadOff } from "../parts/icons.ts";
import { Link } from "@tanstack/react-router";

import { EmptyState } from "../parts/empty-state.tsx";

export function NotFound() {
  return (
    <EmptyState
      icon={IconRoadOff}
      title="No road leads here"
      action={
        <Button renderRoot={(props) => <Link to="/overview" {...props} />} mt="sm">
          To the overview
        </Button>
      }
    >
      There is no such page in the dashboard.
    </EmptyState>
  );
}
