import { isRecord } from "../../lib/is-record.ts";

/** The value at a path inside unvalidated data; undefined when the path does not exist. */
export function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)];
    return isRecord(value) ? value[String(part)] : undefined;
  }, data);
}
