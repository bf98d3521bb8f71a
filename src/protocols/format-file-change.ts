import type { FileChange } from "../core/words/file-change.ts";

/** A file change in the form that all protocols share. */
export interface FileChangeBody {
  readonly type: FileChange["type"];
  readonly path: string;
  readonly previous_path?: string;
  readonly diff?: string;
  /** For `GET /changes/{content_id}/content`. */
  readonly content_id?: string;
}

export function formatFileChange({ type, path, previousPath, diff, contentId }: FileChange): FileChangeBody {
  return {
    type,
    path,
    ...(previousPath !== undefined && { previous_path: previousPath }),
    ...(diff !== undefined && { diff }),
    ...(contentId !== undefined && { content_id: contentId }),
  };
}
