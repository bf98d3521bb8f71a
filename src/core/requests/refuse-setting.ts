import { AppError } from "../words/app-error.ts";

/** What a request asks for goes beyond a setting of the configuration, which the message names. */
export function refuseSetting(message: string, setting: string, param: string | undefined): AppError {
  return new AppError({
    kind: "forbidden",
    message: `${message} (setting ${setting}).`,
    ...(param !== undefined && { param }),
  });
}

/** A client's own words go back to it, but not by the page. */
export function quote(text: string): string {
  return `'${text.length > 64 ? `${text.slice(0, 64)}…` : text}'`;
}
