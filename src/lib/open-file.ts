import type { PathLike } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** `open` with a handle for `await using`, also under Yarn's Plug'n'Play, whose own handles cannot dispose of themselves. */
export async function openFile(path: PathLike, flags: string | number, mode?: number): Promise<FileHandle> {
  return asDisposable(await open(path, flags, mode));
}

/** The same handle; one that cannot dispose of itself learns it. */
export function asDisposable<Handle extends Pick<FileHandle, "close">>(
  handle: Handle,
): Handle & AsyncDisposable {
  const dispose = { [Symbol.asyncDispose]: () => handle.close() };
  // Proof for the cast: it has the method already, or gets it.
  return (Symbol.asyncDispose in handle ? handle : Object.assign(handle, dispose)) as Handle &
    AsyncDisposable;
}
