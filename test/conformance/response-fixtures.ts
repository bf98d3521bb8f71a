import type { KeptResponse } from "../../src/core/ports/response-store.ts";
import { ALICE } from "./store-fixtures.ts";

export function keptResponse(id: string, changes: Partial<KeptResponse> = {}): KeptResponse {
  return {
    id,
    principalId: ALICE,
    status: "in_progress",
    isBackground: false,
    createdAt: 1_000,
    body: { id, object: "response", status: "in_progress", output: [] },
    input: [{ id: `msg_${id}`, type: "message", role: "user", content: `question of ${id}` }],
    ...changes,
  };
}

export const EVENTS = [0, 1, 2].map((number) => ({ type: `event.${number}`, sequence_number: number }));
