/**
 * The name, message, stack and cause of an error, and what was attached to it, such as `code`. For logs, which may hold
 * stacks; clients never see this.
 */
export function serializeError(error: Error): Readonly<Record<string, unknown>> {
  return {
    ...error,
    name: error.name,
    message: error.message,
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(error.cause !== undefined && { cause: error.cause }),
    ...(error instanceof AggregateError && { errors: error.errors }),
  };
}
