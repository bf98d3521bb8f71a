import type { PrincipalId } from "../words/ids.ts";
import type { Page, PageRequest } from "./completion-store.ts";

/** A file that a client uploaded. */
export interface StoredFile {
  readonly id: string;
  readonly principalId: PrincipalId;
  /** A name for display, never a path. */
  readonly filename: string;
  /** The purpose that the client gave. */
  readonly purpose: string;
  readonly byteCount: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** From this time on, the file no longer exists. */
  readonly expiresAt?: number;
}

/**
 * A file being uploaded. Ends with one `finish` or one `discard`; an upload that got neither, because of a crash, is deleted by
 * a later sweep.
 */
export interface FileUpload {
  readonly createdAt: number;
  /** Stores the next bytes. The caller may reuse its buffer once this has resolved. */
  write(bytes: Uint8Array): Promise<void>;
  /** Turns the upload into a file, which exists only from now on. */
  finish(facts: Pick<StoredFile, "filename" | "purpose" | "expiresAt">): Promise<StoredFile>;
  /** Deletes what was written; has no effect after `finish`. */
  discard(): Promise<void>;
}

export interface FileQuery extends PageRequest<string> {
  readonly purpose?: string;
}

/**
 * Clients' files. Everything is scoped by principal: no method returns or touches what another one owns. An expired file counts
 * as deleted. All of it is content: it is deleted when the retention period is over, and never accepted when nothing is to be
 * kept.
 */
export interface FileStore {
  /** False when retention keeps no content: then nothing may be uploaded. */
  readonly isEnabled: boolean;

  beginUpload(principalId: PrincipalId): Promise<FileUpload>;
  findFile(principalId: PrincipalId, id: string): Promise<StoredFile | undefined>;
  /** One page. `after` may have been deleted meanwhile; undefined when it is not a file id at all. */
  listFiles(principalId: PrincipalId, query: FileQuery): Promise<Page<StoredFile> | undefined>;
  /** The file with its bytes, in pieces that are read on demand. */
  readFile(
    principalId: PrincipalId,
    id: string,
  ): Promise<{ readonly file: StoredFile; readonly content: AsyncIterable<Uint8Array> } | undefined>;
  /** False when there is no such file. */
  deleteFile(principalId: PrincipalId, id: string): Promise<boolean>;
  /** Deletes expired files and what unfinished uploads left behind. */
  sweepFiles(): Promise<void>;
}
