import { assertNever } from "../../lib/assert-never.ts";

/** Where a value was set. */
export type Origin =
  | { readonly type: "flag"; readonly name: string }
  | { readonly type: "environment"; readonly name: string }
  | { readonly type: "file"; readonly path: string; readonly key: string }
  /** Changed while a server ran. */
  | { readonly type: "changed" }
  | { readonly type: "default" };

/** The origin of a nested value: the file that contains it, with the whole key. */
export function findOrigin(key: string, originOf: (key: string) => Origin): Origin {
  for (let outer = key; outer !== ""; outer = outer.slice(0, Math.max(0, outer.lastIndexOf(".")))) {
    const origin = originOf(outer);
    if (origin.type !== "default") return origin.type === "file" ? { ...origin, key } : origin;
  }
  return { type: "default" };
}

/** The origin in the form a person would look for: a flag, a variable, or a file's path and key. */
export function formatOrigin(origin: Origin): string {
  switch (origin.type) {
    case "flag":
    case "environment":
      return origin.name;
    case "file":
      return `${origin.path}: ${origin.key}`;
    case "changed":
      return "changed while running";
    case "default":
      return "default";
    default:
      return assertNever(origin);
  }
}
