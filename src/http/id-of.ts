import { AppError } from "../core/words/app-error.ts";
import type { AppContext } from "./app-env.ts";

/**
 * What stands for a parameter, such as `:id`, in the path of a route.
 * @throws AppError `not-found` for what no database can hold
 */
export function idOf({ req }: AppContext, parameter = "id"): string {
  const id = req.param(parameter) ?? "";
  if (id.includes("\0")) throw new AppError({ kind: "not-found", message: "There is nothing with this id." });
  return id;
}
