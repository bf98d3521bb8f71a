/** Limits how much a client can make the server write into a response header. */
const MAX_NAMES = 32;
const PRINTABLE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** The names of ineffective parameters that are reported to the client. */
export function reportedNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => PRINTABLE_NAME.test(name)).slice(0, MAX_NAMES);
}
