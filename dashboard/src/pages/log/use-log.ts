import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import type { LogLineBody } from "../../../../src/protocols/admin/log-schemas.ts";
import { callApi } from "../../api/call-api.ts";

export type LogLevel = LogLineBody["level"];

interface LogBody {
  readonly level: LogLevel | "none";
  readonly data: readonly LogLineBody[];
}

interface ShownLog {
  /** The latest first. */
  readonly lines: readonly LogLineBody[];
  readonly level: LogLevel | "none" | undefined;
  readonly lost: number;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** More would only slow down the page. */
const MAX_LINES = 1_000;

/** The lines that the server remembers, then those that come; the stream opens again by itself. */
export function useLog(level: LogLevel, isPaused: boolean): ShownLog {
  const [coming, setComing] = useState<readonly LogLineBody[]>([]);
  const [lost, setLost] = useState(0);
  const known = useQuery({
    queryKey: ["log", level],
    staleTime: 0,
    queryFn: ({ signal }) => callApi<LogBody>("/admin/api/log", { query: { level }, signal }),
  });
  const { refetch, isSuccess } = known;
  useEffect(() => {
    if (isPaused || !isSuccess) return;
    const source = new EventSource(`/admin/api/log/stream?level=${level}`);
    // What was written while nobody listened.
    source.addEventListener("open", () => void refetch());
    source.addEventListener("log.line", (message: MessageEvent<string>) => {
      const line = JSON.parse(message.data) as LogLineBody;
      setComing((before) => [line, ...before].slice(0, MAX_LINES));
    });
    source.addEventListener("events.lost", (message: MessageEvent<string>) => {
      const { count } = JSON.parse(message.data) as { count: number };
      setLost((before) => before + count);
    });
    return () => {
      source.close();
      setComing([]);
    };
  }, [level, isPaused, isSuccess, refetch]);
  const byNumber = new Map((known.data?.data ?? []).map((line) => [line.number, line]));
  for (const line of coming) byNumber.set(line.number, line);
  return {
    lines: [...byNumber.values()].toSorted((one, other) => other.number - one.number).slice(0, MAX_LINES),
    level: known.data?.level,
    lost,
    isPending: known.isPending,
    error: known.error,
    retry: () => void refetch(),
  };
}
