import type { Git } from "../git.ts";

/** Three versions of one file, by absolute path. */
export interface MergeSides {
  readonly base: string;
  readonly original: string;
  readonly changed: string;
}

/** What both sides made of a text file, where their changes do not touch. Undefined when they do, or it is no text. */
export async function mergeText(
  git: Git,
  folder: string,
  { base, original, changed }: MergeSides,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const { exitCode, stdout } = await git.run(
    folder,
    ["merge-file", "--stdout", "--quiet", base, original, changed],
    signal,
  );
  return exitCode === 0 ? stdout : undefined;
}
