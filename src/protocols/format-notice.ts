import type { Notice } from "../core/words/turn-event.ts";

/** What an answer tells of a notice. */
export interface NoticeBody {
  readonly code: string;
  readonly message: string;
}

/** Undefined for what only the log hears of: a client is told what it lacks. */
export function formatNotice({ code, message, mcpServer }: Notice): NoticeBody | undefined {
  return mcpServer === undefined ? undefined : { code: code.replaceAll("-", "_"), message };
}
