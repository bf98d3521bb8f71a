import type { PrincipalId } from "../../src/core/words/ids.ts";
import type { FileStore, StoredFile } from "../../src/core/ports/file-store.ts";
import { ALICE } from "./store-fixtures.ts";

export interface FileFacts extends Partial<Pick<StoredFile, "filename" | "purpose" | "expiresAt">> {
  readonly principalId?: PrincipalId;
}

/** A whole upload, in pieces of the given sizes. */
export async function keepFile(
  files: FileStore,
  bytes: Uint8Array = Buffer.from("hello"),
  { principalId = ALICE, filename = "a.txt", purpose = "user_data", ...facts }: FileFacts = {},
  pieceBytes = 65_536,
): Promise<StoredFile> {
  const upload = await files.beginUpload(principalId);
  for (let start = 0; start < bytes.byteLength; start += pieceBytes) {
    await upload.write(bytes.subarray(start, start + pieceBytes));
  }
  return upload.finish({ filename, purpose, ...facts });
}

export async function readBytes(
  files: FileStore,
  id: string,
  principalId = ALICE,
): Promise<Buffer | undefined> {
  const found = await files.readFile(principalId, id);
  return found && Buffer.concat(await Array.fromAsync(found.content));
}

/** Bytes of which no two neighbouring pieces are alike. */
export function patternBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
  return bytes;
}
