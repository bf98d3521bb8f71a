import { fileTooLarge, receiveFile } from "../../protocols/files/receive-file.ts";
import { filesNotKept, noSuchFile, noSuchFileCursor } from "../../protocols/files/file-error.ts";
import { formatDisposition, formatFile, formatFileList } from "../../protocols/files/format-file.ts";
import { parseFileQuery } from "../../protocols/files/parse-file-query.ts";
import { idOf } from "../id-of.ts";
import type { AppContext } from "../app-env.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { readFormBytes } from "../body/read-form-bytes.ts";
import { requirePrincipal } from "../require-principal.ts";

type Dependencies = Pick<AppDependencies, "files">;

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** `POST /v1/files` */
export function uploadFile({ files, options }: Pick<AppDependencies, "files" | "options">) {
  const maxBytes = options.maxUploadBytes ?? DEFAULT_MAX_BYTES;
  return async (context: AppContext): Promise<Response> => {
    const principalId = requirePrincipal(context);
    if (!files.isEnabled) throw filesNotKept();
    const { boundary, bytes } = readFormBytes(context, maxBytes, () => fileTooLarge(maxBytes));
    try {
      const beginUpload = () => files.beginUpload(principalId);
      return context.json(formatFile(await receiveFile(bytes, boundary, { maxBytes, beginUpload })));
    } finally {
      // A client that is still sending would not see its error.
      await bytes.skipRest();
    }
  };
}

/** `GET /v1/files` */
export function listFiles({ files }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const query = parseFileQuery(new URL(context.req.url).searchParams);
    const page = await files.listFiles(requirePrincipal(context), query);
    if (page === undefined) throw noSuchFileCursor(query.after ?? "");
    return context.json(formatFileList(page));
  };
}

/** `GET /v1/files/{id}` */
export function showFile({ files }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const file = await files.findFile(requirePrincipal(context), id);
    if (file === undefined) throw noSuchFile(id);
    return context.json(formatFile(file));
  };
}

/** `GET /v1/files/{id}/content`: bytes to save, never something that a browser would show or run. */
export function showFileContent({ files }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    const found = await files.readFile(requirePrincipal(context), id);
    if (found === undefined) throw noSuchFile(id);
    return context.body(ReadableStream.from(found.content), 200, {
      "Content-Type": "application/octet-stream",
      "Content-Length": String(found.file.byteCount),
      "Content-Disposition": formatDisposition(found.file.filename),
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": "default-src 'none'; sandbox",
    });
  };
}

/** `DELETE /v1/files/{id}` */
export function removeFile({ files }: Dependencies) {
  return async (context: AppContext): Promise<Response> => {
    const id = idOf(context);
    if (!(await files.deleteFile(requirePrincipal(context), id))) throw noSuchFile(id);
    return context.json({ id, object: "file", deleted: true });
  };
}
