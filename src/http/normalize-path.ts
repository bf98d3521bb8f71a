/** Paths below `/v1` that mean nothing else at the root: they are served without `/v1` as well. */
const WITHOUT_VERSION =
  /^\/(?:chat\/completions|completions|responses|models|messages|files|embeddings|moderations|images|audio)(?=\/|$)/;

/** Conversation names may contain any slashes. */
const NAMES = "/conversations/";

/**
 * The path that a client means. Base URLs may end in a slash, in `/v1`, in `/v1/v1` or in nothing of that, and clients just
 * append their own part. Anything that may be a conversation's name stays unchanged, so that no other conversation is meant.
 */
export function normalizePath(path: string): string {
  const rooted = path.replace(/^\/{2,}/, "/");
  if (rooted.startsWith(NAMES)) return rooted;
  const plain = rooted.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  const once = plain.replace(/^(?:\/v1)+(?=\/v1(?:\/|$))/, "");
  return WITHOUT_VERSION.test(once) ? `/v1${once}` : once;
}
