import { settleSandbox } from "../../config/build/settle-sandbox.ts";
import { ConfigError } from "../../config/config-error.ts";
import { describeSandbox } from "../describe-sandbox.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** What a start would make of the profiles' sandbox settings, and what the machine supports. */
export const checkSandbox: Check = {
  name: "Sandbox",
  async run({ tools, resolved }) {
    const support = await tools.detectSandbox();
    try {
      const settled = await settleSandbox(resolved.config.profiles, async () => support);
      const said = describeSandbox(settled);
      if (settled.withoutSandbox.length > 0) return [warn(said)];
      const isUsed = settled.support !== undefined;
      const could = support.isAvailable
        ? `could be on (${support.detail})`
        : `could not be on: ${support.detail}`;
      return [ok(isUsed ? `${said} (${support.detail})` : `${said}; ${could}`)];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.problems.map((problem) => fail(problem));
    }
  },
};
