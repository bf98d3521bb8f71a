import { type Check, fail, ok } from "./check.ts";

export const checkClaude: Check = {
  name: "Claude Code",
  async run({ tools, resolved }) {
    try {
      const { version, path } = await tools.findClaude();
      const { executable } = resolved.config.claude;
      return [ok(executable === undefined ? `${version}, with the Agent SDK` : `${version}, ${path}`)];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return [
        fail(message, "Install Turnpike again, or name a Claude Code of your own (--claude-executable)."),
      ];
    }
  },
};
