import { AppError, isFault } from "../core/words/app-error.ts";

/** The awaited thing is no longer wanted or did not come in time: the place in the code means nothing. */
const EXPECTED_NAMES: ReadonlySet<string> = new Set(["AbortError", "TimeoutError"]);

/**
 * The name, message, stack and cause of an error, and fields attached to it, such as `code`. For logs, which may contain
 * stacks; clients never see this. An expected condition, such as a limit of the model's API or a client that has left, has no
 * stack, and neither have its causes: the stack would make it look like a bug.
 */
export function serializeError(error: Error): Readonly<Record<string, unknown>> {
  return serialize(error, !isExpected(error));
}

function serialize(error: Error, hasStack: boolean): Readonly<Record<string, unknown>> {
  const { cause } = error;
  return {
    ...error,
    name: error.name,
    message: error.message,
    ...(hasStack && error.stack !== undefined && { stack: error.stack }),
    ...(cause !== undefined && {
      cause: hasStack || !(cause instanceof Error) ? cause : serialize(cause, false),
    }),
    ...(hasStack && error instanceof AggregateError && { errors: error.errors }),
  };
}

function isExpected(error: Error): boolean {
  return (error instanceof AppError && !isFault(error.info.kind)) || EXPECTED_NAMES.has(error.name);
}
