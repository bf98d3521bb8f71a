import type { SQLInputValue } from "node:sqlite";

export interface SqliteThreadData {
  readonly file: string;
  readonly pragmas: string;
}

export interface SqliteQuestion {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

export type SqliteAnswer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changes?: bigint }
  | { readonly id: number; readonly problem: { readonly message: string; readonly errcode: number } };
