import type { JsonCheckResult } from "../core/ports/schema-checker.ts";

/** What a process is given. Schemas travel as JSON texts: one text crosses much faster than many values. */
export type OffloadTask =
  | { readonly type: "compile"; readonly schema: string }
  | { readonly type: "check"; readonly schema: string; readonly text: string };

/** What it gives back, in the task's own kind. */
export type OffloadResult =
  /** `problem`: why the schema cannot be used. */
  | { readonly type: "compiled"; readonly problem?: string }
  | { readonly type: "checked"; readonly result: JsonCheckResult };
