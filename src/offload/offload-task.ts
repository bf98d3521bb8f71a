import type { JsonCheckResult } from "../core/ports/schema-checker.ts";

/** The task that a process receives. Schemas are sent as JSON text: one string crosses much faster than many values. */
export type OffloadTask =
  | { readonly type: "compile"; readonly schema: string }
  | { readonly type: "check"; readonly schema: string; readonly text: string };

/** The result of a task; its `type` depends on the task. */
export type OffloadResult =
  /** `problem`: why the schema cannot be used. */
  | { readonly type: "compiled"; readonly problem?: string }
  | { readonly type: "checked"; readonly result: JsonCheckResult };
