import { assertNever } from "../../lib/assert-never.ts";
import { type Line, styled } from "../../lib/styled-line.ts";
import type { SettledTarget } from "./settle-target.ts";
import type { Target } from "./target.ts";

/** What the person should know of the server before a client is pointed at it. */
export function describeServer({ url, model }: Target, server: SettledTarget["server"]): readonly Line[] {
  const served = `Server: ${url}, model ${model.id}`;
  switch (server) {
    case "models":
      return [served];
    case "silent":
      return [
        served,
        warning("It does not answer now. Start it with `turnpike`, or name another with --url."),
      ];
    case "key-refused":
      return [served, warning("It does not take this key.")];
    case "stranger":
      return [served, warning("What answers there does not tell its models: it may be another program.")];
    default:
      return assertNever(server);
  }
}

export function warning(text: string): Line {
  return [styled(["bold", "yellow"], "Warning:"), ` ${text}`];
}
