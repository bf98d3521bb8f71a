import type { ErrorInfo } from "../../core/words/app-error.ts";
import type { Notice } from "../../core/words/turn-event.ts";

export const SCHEMA_NOTICE: Notice = {
  type: "notice",
  code: "schema-in-words",
  message: "The model's API does not hold answers to this JSON Schema, so Claude was told of it in words.",
};

export const CRASH: ErrorInfo = {
  kind: "engine-failed",
  message: "Claude Code ended unexpectedly in the middle of this turn. Send the request again.",
};
