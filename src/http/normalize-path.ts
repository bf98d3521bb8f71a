/** What is below `/v1` and has no namesake at the root: it is served without `/v1` as well. */
const WITHOUT_VERSION =
  /^\/(?:chat\/completions|completions|responses|models|messages|files|embeddings|moderations|images|audio)(?=\/|$)/;

/** Names of conversations may hold slashes of any kind. */
const NAMES = "/conversations/";

/**
 * The path that a client means: base URLs end in a slash or do not, in `/v1`, twice in it or without it, and clients join
 * their own part to that as it comes. What may be the name of a conversation stays as it is, so that no other one is meant.
 */
export function normalizePath(path: string): string {
  const rooted = path.replace(/^\/{2,}/, "/");
  if (rooted.startsWith(NAMES)) return rooted;
  const plain = rooted.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  const once = plain.replace(/^(?:\/v1)+(?=\/v1(?:\/|$))/, "");
  return WITHOUT_VERSION.test(once) ? `/v1${once}` : once;
}
