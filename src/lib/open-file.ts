import type { PathLike } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** `open` with a handle for `await using`, also under Yarn's Plug'n'Play, whose own handles lack `Symbol.asyncDispose`. */
export async function openFile(path: PathLike, flags: string | number, mode?: number): Promise<FileHandle> {
  return asDisposable(await open(path, flags, mode));
}

/** Returns the same handle, adding `Symbol.asyncDispose` if it is missing. */
export function asDisposable<Handle extends Pick<FileHandle, "close">>(
  handle: Handle,
): Handle & AsyncDisposable {
  const dispose = { [Symbol.asyncDispose]: () => handle.close() };
  // Proof for the cast: the handle has the method already, or gets it here.
  return (Symbol.asyncDispose in handle ? handle : Object.assign(handle, dispose)) as Handle &
    AsyncDisposable;
}
