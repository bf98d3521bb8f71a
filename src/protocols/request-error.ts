import { AppError } from "../core/words/app-error.ts";

/** A request that its protocol refuses, with OpenAI's code for that mistake. */
export class RequestError extends AppError {
  readonly code: string | null;

  constructor(code: string | null, message: string, param?: string) {
    super({ kind: "invalid-request", message, ...(param !== undefined && { param }) });
    this.name = "RequestError";
    this.code = code;
  }
}

export function missingParameter(param: string): RequestError {
  return new RequestError("missing_required_parameter", `Missing required parameter: '${param}'.`, param);
}

export function invalidValue(param: string, value: string, supported: readonly string[]): RequestError {
  const list = joinWords(supported.map((word) => `'${word}'`));
  return new RequestError(
    "invalid_value",
    `Invalid value: '${shorten(value)}'. Supported values are: ${list}.`,
    param,
  );
}

/** The parameter exists at OpenAI, but Turnpike has no way to honour it. */
export function unsupportedParameter(param: string, hint: string): RequestError {
  return new RequestError(
    "unsupported_parameter",
    `Unsupported parameter: '${param}' is not supported by this server. ${hint}`,
    param,
  );
}

/** The parameter is known, but not with this value. */
export function unsupportedValue(param: string, value: string, hint: string): RequestError {
  return new RequestError(
    "unsupported_value",
    `Unsupported value: '${param}' does not support '${shorten(value)}'. ${hint}`,
    param,
  );
}

/** `a, b, and c` */
function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  if (words.length < 3) return words.join(" and ");
  return `${words.slice(0, -1).join(", ")}, and ${last}`;
}

/** A client's own value is echoed back, but not megabytes of it. */
function shorten(value: string): string {
  return value.length > 64 ? `${value.slice(0, 64)}…` : value;
}
