/** The ids of the uploaded files that a request names, read before the request is checked. */
export function chatFileIdsOf(body: unknown): ReadonlySet<string> {
  const parts = listOf(body, "messages").flatMap((message) => listOf(message, "content"));
  return new Set(
    parts.flatMap((part) => {
      const id = fieldOf(fieldOf(part, "file"), "file_id");
      return typeof id === "string" ? [id] : [];
    }),
  );
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
