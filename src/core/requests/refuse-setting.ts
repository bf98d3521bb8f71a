import { AppError } from "../words/app-error.ts";

/** The error for a request that exceeds a setting of the configuration, which the message names. */
export function refuseSetting(message: string, setting: string, param: string | undefined): AppError {
  return new AppError({
    kind: "forbidden",
    message: `${message} (setting ${setting}).`,
    ...(param !== undefined && { param }),
  });
}

/** Quotes a client's own words back to it, shortened. */
export function quote(text: string): string {
  return `'${text.length > 64 ? `${text.slice(0, 64)}…` : text}'`;
}
