import { randomBytes } from "node:crypto";

const CONTENT_ID = /^chg_[0-9a-f]{24}$/;

/** A new id for the content of a changed file. Random, so that it reveals nothing and cannot be guessed. */
export function newContentId(): string {
  return `chg_${randomBytes(12).toString("hex")}`;
}

export function isContentId(text: string): boolean {
  return CONTENT_ID.test(text);
}
