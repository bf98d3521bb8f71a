import type { Notice } from "../core/words/turn-event.ts";

/** A notice as an answer shows it. */
export interface NoticeBody {
  readonly code: string;
  readonly message: string;
}

/** Undefined for notices that are only logged: a client is told what it has to do without. */
export function formatNotice({ code, message, mcpServer }: Notice): NoticeBody | undefined {
  return mcpServer === undefined ? undefined : { code: code.replaceAll("-", "_"), message };
}
