/** Why the API refuses a request. */
export interface Problem {
  status: number;
  message: string;
  details?: Readonly<Record<string, unknown>>;
}

export function invalid(message: string, details?: Readonly<Record<string, unknown>>): Problem {
  return { status: 400, message, ...(details && { details }) };
}
