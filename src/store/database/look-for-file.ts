import { type Stats, statSync } from "node:fs";

const GONE =
  "the database file was removed or replaced while the server runs, and what is written now is lost when it ends; put the file back, or start the server again";

/**
 * Returns a function that says what is wrong with the place of an open database file: whoever has it open can read and write it
 * also when it has no name any more, so no statement fails. Undefined when it is the file that was there at the call.
 */
export function lookForFile(file: string): () => string | undefined {
  const opened = statSync(file);
  return () => {
    const found = statOf(file);
    if (!found) return GONE;
    // Some network file systems give a file another number after a while.
    return found.ino !== opened.ino && found.birthtimeMs !== opened.birthtimeMs ? GONE : undefined;
  };
}

/** Undefined also where its folder may not be entered any more. */
function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}
