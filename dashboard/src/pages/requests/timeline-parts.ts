import type { RequestBody } from "../../../../src/protocols/admin/format-request.ts";

export interface TimelinePart {
  readonly label: string;
  readonly ms: number;
  readonly color: string;
}

type Timed = Pick<RequestBody, "duration_ms" | "queue_ms" | "first_token_ms" | "placement" | "turns">;

const TO_FIRST_TOKEN: Readonly<Record<string, string>> = {
  hot: "The live process answers",
  spare: "A process that stood ready answers",
  cold: "A process starts and answers",
  resumed: "A process takes the conversation up and answers",
  imported: "A process reads the history and answers",
};

/** The stretches of a request one after the other; together they are its whole time. */
export function timelineParts(request: Timed): readonly TimelinePart[] {
  const total = request.duration_ms;
  if (request.turns === 0) return [{ label: "Answered without a turn", ms: total, color: "gray" }];
  const queue = Math.min(request.queue_ms ?? 0, total);
  const first =
    request.first_token_ms === null ? null : Math.min(Math.max(request.first_token_ms, queue), total);
  const parts: TimelinePart[] = [];
  if (queue > 0) parts.push({ label: "Waited for a place", ms: queue, color: "gray" });
  if (first === null) {
    parts.push({ label: "Until the end, without a token", ms: total - queue, color: "red" });
    return parts;
  }
  const label = TO_FIRST_TOKEN[request.placement ?? ""] ?? "Until the first token";
  parts.push({ label: `${label}: first token`, ms: first - queue, color: "yellow" });
  parts.push({ label: "Text and tools, until the end", ms: total - first, color: "sign" });
  return parts;
}
