import type { GitListing } from "./git-listing.ts";
import type { BlobReference } from "../changes/manifest.ts";

export interface WantedBlob {
  readonly size: number;
  readonly blob: BlobReference;
}

/**
 * The bytes that files had on disk, from the blobs they were known to equal. A repository may store a file differently from how
 * it is on disk; such a file is returned only if the bytes on disk are certain.
 */
export async function readBlobs<Wanted extends WantedBlob>(
  git: GitListing,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<Map<Wanted, Uint8Array>> {
  const found = new Map<Wanted, Uint8Array>();
  for (const [gitFolder, group] of Map.groupBy(wanted, ({ blob }) => blob.repository.gitFolder)) {
    const [first] = group;
    if (!first || gitFolder === "") continue;
    try {
      const input = group.map(({ blob }) => `${blob.hash}\n`).join("");
      const blobs = parseBatch(
        await git.run(first.blob.repository, ["cat-file", "--batch"], { input, signal }),
      );
      const filtered = await listFiltered(git, group, signal);
      for (const [at, each] of group.entries()) {
        const stored = blobs[at];
        const bytes =
          stored && !filtered.has(each.blob.repositoryPath) ? asOnDisk(stored, each.size) : undefined;
        if (bytes) found.set(each, bytes);
      }
    } catch {
      // If git cannot read them, these contents stay unknown.
      signal.throwIfAborted();
    }
  }
  return found;
}

/** What git prints for each object: `hash type size`, a newline, the bytes, a newline. Or `hash missing`. */
export function parseBatch(output: Buffer): (Uint8Array | undefined)[] {
  const blobs: (Uint8Array | undefined)[] = [];
  for (let start = 0; start < output.length;) {
    const end = output.indexOf("\n", start);
    const [, type, size] = output.toString("latin1", start, end).split(" ");
    start = end + 1;
    if (size === undefined) {
      blobs.push(undefined);
      continue;
    }
    // A copy, so that the rest of git's output need not stay in memory.
    blobs.push(type === "blob" ? Uint8Array.from(output.subarray(start, start + Number(size))) : undefined);
    start += Number(size) + 1;
  }
  return blobs;
}

function asOnDisk(stored: Uint8Array, size: number): Uint8Array | undefined {
  if (stored.length === size) return stored;
  // Text can be stored with LF only although it has CRLF on disk.
  const text = Buffer.from(stored);
  if (text.includes("\r\n")) return undefined;
  const converted = Buffer.from(text.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
  return converted.length === size ? new Uint8Array(converted) : undefined;
}

/** Lists files that pass through a filter program or an encoding: the blob does not tell what they are on disk. */
async function listFiltered(
  git: GitListing,
  wanted: readonly WantedBlob[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const [first] = wanted;
  const filtered = new Set<string>();
  if (!first?.blob.hasFilters) return filtered;
  const { repository } = first.blob;
  const input = wanted.map(({ blob }) => `${blob.repositoryPath}\0`).join("");
  const arguments_ = ["check-attr", "-z", "--stdin", "filter", "ident", "working-tree-encoding"];
  const fields = (await git.run(repository, arguments_, { input, signal })).toString().split("\0");
  for (let at = 0; at + 2 < fields.length; at += 3) {
    if (fields[at + 2] !== "unspecified" && fields[at + 2] !== "unset") filtered.add(fields[at] ?? "");
  }
  return filtered;
}
