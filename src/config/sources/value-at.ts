import { isRecord } from "../../lib/is-record.ts";

/** What stands at a path inside unchecked data; undefined when the path leads nowhere. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)];
    return isRecord(value) ? value[String(part)] : undefined;
  }, data);
}
