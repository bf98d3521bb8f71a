import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { RunBody, RunListBody } from "../../../src/protocols/admin/format-run.ts";
import { everySoOften } from "./every-so-often.ts";
import { type FeedState, followFeed } from "./feed.ts";

/** Keys of queries whose answers change with every request, and how often they are asked for again at most. */
const CHANGING = [
  { keys: [["requests"], ["runs"], ["approvals"]], everyMs: 1_000 },
  { keys: [["overview"], ["status"], ["conversations"]], everyMs: 3_000 },
  { keys: [["usage"], ["plan"]], everyMs: 15_000 },
] as const;

/** So many turns are kept in the list, as the server does. */
const MOST_RUNS = 200;

/** Keeps everything that pages show as it is on the server. Used once, by the frame. */
export function useLiveData(): FeedState {
  const client = useQueryClient();
  const [state, setState] = useState<FeedState>("connecting");
  useEffect(() => {
    const refreshers = CHANGING.map(({ keys, everyMs }) =>
      everySoOften(everyMs, () => {
        for (const queryKey of keys) void client.invalidateQueries({ queryKey });
      }),
    );
    const stop = followFeed({
      hear(event) {
        if ("run" in event) putRun(client, event.run);
        for (const refresher of refreshers) refresher.ask();
      },
      hearState: setState,
      hearReturn: () => void client.invalidateQueries(),
    });
    return () => {
      stop();
      for (const refresher of refreshers) refresher.stop();
    };
  }, [client]);
  return state;
}

/** At once: a list that is asked for again comes later. */
function putRun(client: QueryClient, run: RunBody): void {
  client.setQueryData<RunListBody>(["runs"], (list) => {
    if (!list) return list;
    const others = list.data.filter(({ id }) => id !== run.id);
    return { ...list, data: [run, ...others].slice(0, MOST_RUNS) };
  });
}
