import { AppError } from "./app-error.ts";

/** The error for when something outside the server keeps it from its records, such as a full disk. Contains no path. */
export function storeFailure(problem: string, cause: unknown): AppError {
  const message = `The server cannot use its records at present: ${problem}. Try again later.`;
  return new AppError({ kind: "store-unavailable", message }, { cause });
}
