import { assertNever } from "../../lib/assert-never.ts";
import { type Line, styled } from "../../lib/styled-line.ts";
import type { SettledTarget } from "./settle-target.ts";

/** What the person should know of the server before a client is pointed at it. */
export function describeServer({ target, server, keepsAddress }: SettledTarget): readonly Line[] {
  const { url, model } = target;
  const served = `Server: ${url}, model ${model.id}`;
  switch (server) {
    case "models":
      if (keepsAddress) return [served];
      return [served, warning("The system chose its port, and chooses another at the next start.")];
    case "silent":
      return [
        served,
        warning("It does not answer now. Start it with `turnpike`, or name another with --url."),
      ];
    case "key-refused":
      return [served, warning("It does not take this key.")];
    case "stranger":
      return [served, warning("What answers there does not tell its models: it may be another program.")];
    case "unproven":
      return [
        served,
        warning(
          "What answers there is not the server of this data folder, so it was not sent the key. Start yours with `turnpike`, or name the one that you mean with --url.",
        ),
      ];
    default:
      return assertNever(server);
  }
}

export function warning(text: string): Line {
  return [styled(["bold", "yellow"], "Warning:"), ` ${text}`];
}
