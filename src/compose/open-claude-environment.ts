import { join } from "node:path";

import { buildClaudeEnvironment } from "../config/claude/claude-environment.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import type { Logger } from "../core/ports/logger.ts";
import { startDemoModel } from "../demo/start-demo-model.ts";
import type { CleanUp } from "../lib/clean-up.ts";

/** Variables that would bypass the scripted model, or reach it through a company's proxy. */
const NOT_IN_DEMO = /^(ANTHROPIC_|CLAUDE_|(HTTPS?|ALL)_PROXY$)/i;

/**
 * In demo mode Claude Code talks to the scripted model, with its own settings and without the person's credentials. The
 * scripted model refuses what the real API would refuse, and this is logged, since it would fail with a real account.
 */
export async function openClaudeEnvironment(
  config: Config,
  serverEnvironment: Environment,
  logger: Logger,
  cleanUp: CleanUp,
): Promise<Record<string, string>> {
  const environment = buildClaudeEnvironment(serverEnvironment, config.claude.passEnvironment);
  if (!config.demo) return environment;
  const model = await startDemoModel({
    onRefusal: (message) => logger.error("demo.refused", { message }),
  });
  cleanUp.defer(() => model.close());
  const own = Object.entries(environment).filter(([name]) => !NOT_IN_DEMO.test(name));
  return {
    ...Object.fromEntries(own),
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: "sk-ant-demo",
    CLAUDE_CONFIG_DIR: join(config.dataDir, "demo-claude"),
  };
}
