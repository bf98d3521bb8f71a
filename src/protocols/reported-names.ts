/** Bounds what a client can make the server write into a response header. */
const MAX_NAMES = 32;
const PRINTABLE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** Of the names of parameters that had no effect, those that are told to the client. */
export function reportedNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => PRINTABLE_NAME.test(name)).slice(0, MAX_NAMES);
}
