import type { Config } from "../../config/config.ts";
import { PACKAGE_VERSION } from "../../config/package-version.ts";
import type { CommandContext } from "../command-context.ts";
import { ownCommand } from "../own-command.ts";
import { ControlError } from "./control-client.ts";
import type { ToldStatus } from "../../protocols/admin/told-status.ts";

/** For a person, when the server is of another release than this program. */
export function describeOtherRelease(
  { version }: Pick<ToldStatus, "version">,
  config: Pick<Config, "dataDir">,
  context: CommandContext,
): string | undefined {
  if (version === PACKAGE_VERSION) return undefined;
  const [again, end, begin] = ["restart", "stop", "start"].map((asked) => ownCommand(asked, config, context));
  return `The server is Turnpike ${version}, this program ${PACKAGE_VERSION}. ${again} makes it the same where both are run from one place; elsewhere ${end}, then ${begin}.`;
}

/** How a server answers what it does not know. */
const MAY_BE_UNKNOWN: ReadonlySet<number> = new Set([400, 404, 405]);

/**
 * Does something with what a server tells. One of another release may not know what it is asked, or tell otherwise than this program
 * reads it: then the person hears of that.
 * @throws ControlError then
 */
export async function acrossReleases<Result>(
  status: Pick<ToldStatus, "version">,
  config: Pick<Config, "dataDir">,
  context: CommandContext,
  use: () => Promise<Result>,
): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    const other = describeOtherRelease(status, config, context);
    if (other === undefined) throw error;
    if (error instanceof ControlError)
      throw MAY_BE_UNKNOWN.has(error.status)
        ? new ControlError(error.status, `${error.message} ${other}`)
        : error;
    // What comes of a field that is not there.
    const isMisread = error instanceof TypeError || error instanceof RangeError;
    if (!isMisread) throw error;
    const told = new ControlError(0, `What the server answered is not understood here. ${other}`);
    told.cause = error;
    throw told;
  }
}
