import type { IncomingHttpHeaders } from "node:http";

import { type ApiRequest, systemBlocks } from "./api-request.ts";
import { invalid, type Problem } from "./problem.ts";

/** How a personal login's token begins. */
const LOGIN = /^Bearer sk-ant-oat/;
/** What Claude Code bills by; it stands before what it says it is. */
const BILLING = /^x-anthropic-billing-header:/;
const IDENTITY =
  /^You are (?:Claude Code, Anthropic's official CLI for Claude|a Claude agent, built on Anthropic's Claude Agent SDK)/;

/** A personal login is for Claude Code, which says so at the beginning of its system text. Haiku takes it otherwise, too. */
export function checkIdentity(
  request: ApiRequest,
  { authorization }: IncomingHttpHeaders,
): Problem | undefined {
  if (request.use === "count" || !LOGIN.test(authorization ?? "")) return undefined;
  if (request.body.model.includes("haiku")) return undefined;
  const texts = systemBlocks(request.body).map(({ text }) => String(text));
  const first = texts.find((text) => !BILLING.test(text)) ?? "";
  if (IDENTITY.test(first)) return undefined;
  return invalid(
    "This credential is only authorized for use with Claude Code and cannot be used for other API requests.",
  );
}
