import type { ErrorInfo } from "../../../core/words/app-error.ts";

/** Of an answer that has begun and of which no more will come. */
export const BROKEN_ANSWER: ErrorInfo = {
  kind: "upstream-failed",
  message: "The connection to the model broke in the middle of the answer. Send the request again.",
};
