import { isRecord } from "../../lib/is-record.ts";
import { invalid } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { COUNT_FIELDS, CREATE_FIELDS, MESSAGES, SAMPLING_FIELDS } from "./request-shape.ts";
import { findMisfit } from "./shape.ts";
import type { Fields } from "./shape.ts";

interface Addressed {
  json: Readonly<Record<string, unknown>>;
  betas: ReadonlySet<string>;
  version: string;
  use: "create" | "count";
}

/** Unknown fields, fields without their beta, missing ones, wrong types: what is refused whatever the model. */
export function checkShape({ json, betas, version, use }: Addressed): Problem | undefined {
  const fields = use === "count" ? COUNT_FIELDS : { ...CREATE_FIELDS, ...samplingOf(version) };
  const misfit = findMisfit(json, { kind: "object", fields }, "", betas) ?? findMessageMisfit(json, betas);
  return misfit === undefined ? undefined : invalid(misfit);
}

function samplingOf(version: string): Fields {
  return version < "2026-10-21" ? SAMPLING_FIELDS : {};
}

function findMessageMisfit(
  json: Readonly<Record<string, unknown>>,
  betas: ReadonlySet<string>,
): string | undefined {
  // Proof: it was checked to be a list.
  for (const [index, message] of (json["messages"] as unknown[]).entries()) {
    const path = `messages.${index}`;
    if (!isRecord(message)) return `${path}: Input should be an object`;
    const role = String(message["role"]);
    const shape = Object.hasOwn(MESSAGES, role) ? MESSAGES[role] : undefined;
    if (!shape) return `${path}.role: Input should be 'user', 'assistant' or 'system'`;
    const misfit = findMisfit(message, shape, path, betas);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}
