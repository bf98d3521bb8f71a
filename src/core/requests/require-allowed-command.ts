import { AppError } from "../words/app-error.ts";
import type { Profile } from "../words/profile.ts";
import { quote, refuseSetting } from "./refuse-setting.ts";
import type { RequestBounds } from "../words/request-settings.ts";

const NAME = /^[a-zA-Z0-9][\w:.-]{0,63}$/;

/**
 * The name of the slash command or skill that a request wants to run, without the optional leading slash.
 * @throws AppError `invalid-request` when it is not a name, or Claude Code's own tools, which commands need, are off;
 * `forbidden` when the configuration does not list it
 */
export function requireAllowedCommand(
  sent: string,
  turn: {
    readonly bounds: Pick<RequestBounds, "commands">;
    /** The profile as changed by the request. */
    readonly profile: Pick<Profile, "builtinTools">;
    readonly hasClientTools: boolean;
    readonly param: string;
  },
): string {
  const { bounds, profile, hasClientTools, param } = turn;
  const command = sent.startsWith("/") ? sent.slice(1) : sent;
  if (!NAME.test(command)) {
    throw invalid(
      `Invalid '${param}': ${quote(sent)} is no name of a command. Expected letters, digits and _ : . - with or without a slash in front; what follows the command belongs into the message.`,
      param,
    );
  }
  if (!bounds.commands.includes("*") && !bounds.commands.includes(command)) {
    throw refuseSetting(
      `Requests may not run the command ${quote(command)} here`,
      "requests.commands",
      param,
    );
  }
  const { builtinTools } = profile;
  if (builtinTools === "on" || (builtinTools === "auto" && !hasClientTools)) return command;
  const reason =
    builtinTools === "off"
      ? "this model has them turned off (builtinTools: off)"
      : "they are off because the client works with tools of its own (builtinTools: auto)";
  throw invalid(`Commands work with Claude Code's own tools, and ${reason}.`, param);
}

function invalid(message: string, param: string): AppError {
  return new AppError({ kind: "invalid-request", message, param });
}
