import type { Page } from "../../core/ports/completion-store.ts";
import type { StoredFile } from "../../core/ports/file-store.ts";

export interface FileBody {
  readonly id: string;
  readonly object: "file";
  readonly bytes: number;
  readonly created_at: number;
  readonly expires_at?: number;
  readonly filename: string;
  readonly purpose: string;
  readonly status: "processed";
}

/** OpenAI's file object. A file can be used at once, so its status is always `processed`. */
export function formatFile({ id, byteCount, createdAt, expiresAt, filename, purpose }: StoredFile): FileBody {
  return {
    id,
    object: "file",
    bytes: byteCount,
    created_at: Math.floor(createdAt / 1000),
    ...(expiresAt !== undefined && { expires_at: Math.floor(expiresAt / 1000) }),
    filename,
    purpose,
    status: "processed",
  };
}

export function formatFileList(page: Page<StoredFile>) {
  const data = page.items.map(formatFile);
  return {
    object: "list" as const,
    data,
    first_id: data[0]?.id ?? "",
    last_id: data.at(-1)?.id ?? "",
    has_more: page.hasMore,
  };
}

/** Always as an attachment, whatever its name: RFC 6266, with a plain name for clients that know nothing better. */
export function formatDisposition(filename: string): string {
  const plain = filename.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
