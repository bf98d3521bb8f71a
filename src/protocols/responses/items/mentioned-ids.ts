import type { WireItem } from "../responses-request.ts";

/** The ids of uploaded files that items name, in messages and in tool outputs. */
export function mentionedFileIds(items: readonly WireItem[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const item of items) {
    for (const content of [item["content"], item["output"]]) collectFileIds(content, ids);
  }
  return ids;
}

/** The response that an item's id came from, as both ids derive from the turn's; undefined for ids of another form. */
export function responseIdOfItem(itemId: string): string | undefined {
  const [, turnPart] = /_([0-9a-f]{24})(?:_|$)/.exec(itemId) ?? [];
  return turnPart === undefined ? undefined : `resp_${turnPart}`;
}

function collectFileIds(content: unknown, ids: Set<string>): void {
  if (!Array.isArray(content)) return;
  const parts: readonly unknown[] = content;
  for (const part of parts) {
    if (typeof part !== "object" || part === null || !("file_id" in part)) continue;
    if (typeof part.file_id === "string") ids.add(part.file_id);
  }
}
