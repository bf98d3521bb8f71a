import { RequestError } from "./request-error.ts";

/** Longer than any id of ours. */
const MAX_SHOWN_LENGTH = 64;

/** The error for a request that names an uploaded file that does not exist. */
export function unknownFile(id: string, param: string): RequestError {
  return new RequestError(
    "file_not_found",
    `Invalid '${param}': no file with id '${id.slice(0, MAX_SHOWN_LENGTH)}' found. It may have been deleted or have expired.`,
    param,
  );
}
