import type { HttpReply } from "./reply.ts";

/** A 200 with this JSON. */
export function jsonReply(content: unknown): HttpReply {
  return {
    type: "http",
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(content),
  };
}
