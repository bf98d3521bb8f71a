import type { PrincipalId } from "../../core/words/ids.ts";
import type { FindFile, GivenFile } from "../../protocols/given-file.ts";
import { RequestError } from "../../protocols/request-error.ts";
import type { ServiceParts } from "../service-parts.ts";

/** The Messages API takes requests of at most 32 MB, in which files are base64. */
const MAX_TOTAL_BYTES = 24 * 1024 * 1024;

/**
 * Loads the uploaded files that a request names; ids without a file are simply not found later.
 * @throws RequestError at `param` when the files together are too large for any request
 */
export async function loadFiles(
  { files }: Pick<ServiceParts, "files">,
  principalId: PrincipalId,
  ids: ReadonlySet<string>,
  param: string,
): Promise<FindFile> {
  const loaded = new Map<string, GivenFile>();
  let total = 0;
  for (const id of ids) {
    const found = await files.readFile(principalId, id);
    if (!found) continue;
    total += found.file.byteCount;
    if (total > MAX_TOTAL_BYTES) throw tooLarge(param);
    const bytes = Buffer.concat(await Array.fromAsync(found.content));
    loaded.set(id, { filename: found.file.filename, base64: bytes.toString("base64") });
  }
  return (id) => loaded.get(id);
}

function tooLarge(param: string): RequestError {
  return new RequestError(
    "file_too_large",
    `Invalid '${param}': the files that it names have more than ${MAX_TOTAL_BYTES} bytes together, which is more than Claude takes in one request.`,
    param,
  );
}
