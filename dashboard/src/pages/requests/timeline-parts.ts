import type { RequestBody } from "../../../../src/protocols/admin/format-request.ts";

export interface TimelinePart {
  readonly label: string;
  readonly ms: number;
  readonly color: string;
}

type Timed = Pick<
  RequestBody,
  "duration_ms" | "queue_ms" | "process_ms" | "first_token_ms" | "placement" | "turns"
>;

const UNTIL_PROCESS: Readonly<Record<string, string>> = {
  hot: "Given to its live process",
  spare: "Given to a process that stood ready",
  cold: "A process started",
  resumed: "A process took the conversation up",
  imported: "A process read the history",
};

/** The stretches of a request one after the other; together they are its whole time. */
export function timelineParts(request: Timed): readonly TimelinePart[] {
  const total = request.duration_ms;
  if (request.turns === 0) return [{ label: "Answered without a turn", ms: total, color: "gray" }];
  const queue = Math.min(request.queue_ms ?? 0, total);
  const placed = Math.min(queue + (request.process_ms ?? 0), total);
  const first =
    request.first_token_ms === null ? null : Math.min(Math.max(request.first_token_ms, placed), total);
  const parts: TimelinePart[] = [];
  if (queue > 0) parts.push({ label: "Waited for a place", ms: queue, color: "gray" });
  if (request.process_ms !== null) {
    const label = UNTIL_PROCESS[request.placement ?? ""] ?? "Until a process had it";
    parts.push({ label, ms: placed - queue, color: "violet" });
  }
  if (first === null) {
    parts.push({ label: "Until the end, without a token", ms: total - placed, color: "red" });
    return parts;
  }
  parts.push({ label: "Until the first token", ms: first - placed, color: "yellow" });
  parts.push({ label: "Text and tools, until the end", ms: total - first, color: "sign" });
  return parts;
}
