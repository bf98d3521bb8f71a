import type { PrincipalId } from "../words/ids.ts";
import type { Page, PageRequest } from "./completion-store.ts";

/** A file that a client uploaded. */
export interface StoredFile {
  readonly id: string;
  readonly principalId: PrincipalId;
  /** A name to show, never a path. */
  readonly filename: string;
  /** What the client said that it is for. */
  readonly purpose: string;
  readonly byteCount: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** From then on there is no such file. */
  readonly expiresAt?: number;
}

/** A file on its way in. Ends with one `finish` or one `discard`; what got neither, after a crash, is swept up later. */
export interface FileUpload {
  readonly createdAt: number;
  /** Keeps the next bytes. The caller may use its buffer again once this has resolved. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes it a file, which exists from here on and not before. */
  finish(facts: Pick<StoredFile, "filename" | "purpose" | "expiresAt">): Promise<StoredFile>;
  /** Forgets what was written; harmless after `finish`. */
  discard(): Promise<void>;
}

export interface FileQuery extends PageRequest<string> {
  readonly purpose?: string;
}

/**
 * Files of clients. Everything is scoped by principal: no method returns or touches what another one owns. An expired file is
 * as good as deleted. All of it is content: it goes when the retention's time is over, and is never taken when nothing is to
 * be kept.
 */
export interface FileStore {
  /** False when retention keeps no content: then nothing may be uploaded. */
  readonly isEnabled: boolean;

  beginUpload(principalId: PrincipalId): Promise<FileUpload>;
  findFile(principalId: PrincipalId, id: string): Promise<StoredFile | undefined>;
  /** One page. `after` may have been deleted meanwhile; undefined when it is no id of a file at all. */
  listFiles(principalId: PrincipalId, query: FileQuery): Promise<Page<StoredFile> | undefined>;
  /** The file with its bytes, in pieces; they are read as they are asked for. */
  readFile(
    principalId: PrincipalId,
    id: string,
  ): Promise<{ readonly file: StoredFile; readonly content: AsyncIterable<Uint8Array> } | undefined>;
  /** False when there is no such file. */
  deleteFile(principalId: PrincipalId, id: string): Promise<boolean>;
  /** Deletes what has expired, and what uploads left behind that never came to an end. */
  sweepFiles(): Promise<void>;
}
