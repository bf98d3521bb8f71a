import { vi } from "vitest";

/** A busy machine takes its time; Vitest's own second is for a quiet one. */
const PATIENCE_MS = 60_000;

/** Resolves with what `check` returns when it no longer throws. */
export function waitFor<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: PATIENCE_MS });
}

/** Resolves when `check` returns true. */
export async function waitUntil(check: () => boolean): Promise<void> {
  await vi.waitUntil(check, { timeout: PATIENCE_MS });
}
