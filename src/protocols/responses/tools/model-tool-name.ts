import { createHash } from "node:crypto";

const MAX_LENGTH = 128;

/**
 * The name under which the model knows a tool of a namespace. It depends on nothing else, so a call keeps its name whatever a
 * later request declares.
 */
export function modelToolName(name: string, namespace?: string | null): string {
  if (namespace === undefined || namespace === null) return name;
  const plain = `${namespace.replaceAll(/[^a-zA-Z0-9_-]/g, "_")}__${name}`;
  if (plain === `${namespace}__${name}` && plain.length <= MAX_LENGTH) return plain;
  // Two names must not become one because of what is cut off.
  const mark = createHash("sha256")
    .update(JSON.stringify([namespace, name]))
    .digest("hex")
    .slice(0, 8);
  return `${plain.slice(0, MAX_LENGTH - mark.length - 1)}_${mark}`;
}
