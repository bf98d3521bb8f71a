import { RequestError } from "../request-error.ts";

/** A place in the request: `["messages", 0, "content"]`, written `messages.0.content`. */
export type Path = readonly PropertyKey[];

export function spellPath(path: Path): string {
  return path.map(String).join(".");
}

/** A mistake at one place of the request, worded as the Messages API words it: `max_tokens: Field required`. */
export function parameterError(path: Path, words: string): RequestError {
  const where = spellPath(path);
  return new RequestError(null, where === "" ? words : `${where}: ${words}`, where || undefined);
}

/** The API offers this, but Claude Code has no way to use it. */
export function notServed(path: Path, what: string): RequestError {
  return parameterError(path, `${what} not supported by this server.`);
}

/** `'a', 'b' or 'c'` */
export function listWords(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  const last = quoted.at(-1) ?? "";
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(", ")} or ${last}`;
}
