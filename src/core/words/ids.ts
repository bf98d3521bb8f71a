import { randomBytes } from "node:crypto";

import type { Brand } from "../../lib/brand.ts";

export type TurnId = Brand<string, "TurnId">;
export type ConversationId = Brand<string, "ConversationId">;
/** One run of the server, from its start to its end. */
export type NodeId = Brand<string, "NodeId">;
export type SessionId = Brand<string, "SessionId">;
/** The caller: an API key, a person who is signed in, or the local user. Never the key itself. */
export type PrincipalId = Brand<string, "PrincipalId">;
/** A person who signs in. */
export type UserId = Brand<string, "UserId">;

const PREFIX = {
  turn: "turn",
  conversation: "conv",
  session: "sess",
  request: "req",
  approval: "apr",
  node: "node",
  key: "key",
  user: "usr",
} as const;

/** A new random id such as `turn_3f…`: 96 bits, so that ids never collide between nodes. */
function newId(kind: keyof typeof PREFIX): string {
  return `${PREFIX[kind]}_${randomBytes(12).toString("hex")}`;
}

/** What makes a turn's id unique; ids of what the turn says are made of it. */
export function uniquePartOf(turnId: TurnId): string {
  return turnId.replace(/^turn_/, "");
}

// Proof for the casts: a fresh random string belongs to nobody else.
export const newTurnId = () => newId("turn") as TurnId;
export const newConversationId = () => newId("conversation") as ConversationId;
export const newSessionId = () => newId("session") as SessionId;
export const newNodeId = () => newId("node") as NodeId;
export const newKeyId = () => newId("key") as PrincipalId;
export const newUserId = () => newId("user") as UserId;
export const newRequestId = () => newId("request");
export const newApprovalId = () => newId("approval");
