import { AppError, isFault } from "../core/words/app-error.ts";

/** What was waited for is not wanted any more, or did not come in time: where in the code says nothing. */
const EXPECTED_NAMES: ReadonlySet<string> = new Set(["AbortError", "TimeoutError"]);

/**
 * The name, message, stack and cause of an error, and what was attached to it, such as `code`. For logs, which may hold
 * stacks; clients never see this. An expected state, such as a limit of the model's API or a client that has left, has no stack,
 * nor has what caused it: the place in the code would look like a fault of it.
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
