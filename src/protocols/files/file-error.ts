import { AppError } from "../../core/words/app-error.ts";
import { RequestError } from "../request-error.ts";

/** Longer than any id of ours. */
const MAX_SHOWN_LENGTH = 64;

export function noSuchFile(id: string): AppError {
  const message = `No such File object: ${id.slice(0, MAX_SHOWN_LENGTH)}`;
  return new AppError({ kind: "not-found", message, param: "id" });
}

export function noSuchFileCursor(id: string): RequestError {
  return new RequestError(
    "invalid_value",
    `Invalid 'after': no file with id '${id.slice(0, MAX_SHOWN_LENGTH)}' found.`,
    "after",
  );
}

export function filesNotKept(): AppError {
  return new AppError({
    kind: "forbidden",
    message:
      "This server keeps no content, so files cannot be uploaded. Send the file within the request, as file_data or a data URL.",
  });
}
