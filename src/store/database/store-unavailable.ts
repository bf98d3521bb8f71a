import { AppError } from "../../core/words/app-error.ts";
import { UnusableStore } from "../../core/words/unusable-store.ts";
import { isRecord } from "../../lib/is-record.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { saysDiskIsFull } from "../../lib/says-disk-is-full.ts";
import type { StoreLocation } from "./store-location.ts";

/** The error for the person who starts the server: which database, what is wrong, what to do. Never a password. */
export function storeUnavailable(location: StoreLocation, cause: unknown): UnusableStore {
  switch (location.type) {
    case "sqlite":
      if (isFull(cause)) {
        return new UnusableStore(
          `The disk of the database file ${location.file} is full. Make room, or choose another data folder with --data-dir.`,
          { cause },
        );
      }
      return new UnusableStore(
        `The database file ${location.file} cannot be used: ${reasonOf(cause)}. Check that it is Turnpike's own ` +
          "and that this user may write to it and to its folder, or choose another data folder.",
        { cause },
      );
    case "postgres":
      return storeAtUrlUnavailable(location.url, cause);
    default:
      return assertNever(location);
  }
}

/**
 * Without the cause: an error about a malformed URL quotes it, and a network error could be taken for one about the server's
 * own port.
 */
function storeAtUrlUnavailable(url: string, cause: unknown): UnusableStore {
  const host = hostOf(url);
  return new UnusableStore(
    host === undefined
      ? "The database URL is malformed. Expected postgres://user:password@host:5432/database, with special " +
          "characters in the password percent-encoded."
      : `The Postgres database at ${host} cannot be used: ${reasonOf(cause)}. Check that it runs, that the database ` +
          "URL is right and that its user may create tables in that database.",
  );
}

/** The host that a database URL points to; undefined when the URL is malformed. */
function hostOf(url: string): string | undefined {
  // A URL without a host, as for a local socket, is fine for Postgres but not for `URL`.
  const parsed = URL.parse(url.replace("@/", "@localhost/"));
  if (parsed === null || !["postgres:", "postgresql:"].includes(parsed.protocol)) return undefined;
  // An unencoded slash in a password ends the host early, and the rest of the password ends up in the path.
  if (parsed.pathname.includes("@")) return undefined;
  return parsed.searchParams.get("host") ?? (parsed.host || "localhost");
}

/** https://sqlite.org/rescode.html */
const FULL = 13;

function isFull(cause: unknown): boolean {
  if (cause instanceof AppError) return isFull(cause.cause);
  if (!isRecord(cause)) return false;
  const { errcode } = cause;
  return (typeof errcode === "number" && (errcode & 0xff) === FULL) || saysDiskIsFull(cause);
}

function reasonOf(cause: unknown): string {
  // Its words are for clients.
  if (cause instanceof AppError && cause.cause !== undefined) return reasonOf(cause.cause);
  if (!(cause instanceof Error)) return String(cause);
  // Node reports the failed attempts of one connection together, without a message of its own.
  if (cause instanceof AggregateError && cause.message === "") return cause.errors.map(reasonOf).join(", ");
  return cause.message.replace(/\.$/, "");
}
