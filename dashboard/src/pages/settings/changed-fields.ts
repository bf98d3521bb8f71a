import type { AuditEntryBody } from "../../../../src/protocols/admin/audit-schemas.ts";

interface ChangedField {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/** What differs between both sides; all of the one that there is. What is empty says nothing. */
export function changedFields({ before, after }: AuditEntryBody): readonly ChangedField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((name): readonly ChangedField[] => {
    const [one, other] = [toText(before?.[name]), toText(after?.[name])];
    if (one === other) return [];
    return [
      { name, ...(one !== undefined && { before: one }), ...(other !== undefined && { after: other }) },
    ];
  });
}

function toText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
