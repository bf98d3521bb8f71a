import { join } from "node:path";

import type { DoctorTools, OpenDoctorTools } from "../cli/doctor/doctor-tools.ts";
import { buildClaudeEnvironment } from "../config/claude/claude-environment.ts";
import type { Engine } from "../core/ports/engine.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import { OLDEST_VERSION, requireClaude } from "../engines/cli/require-claude.ts";
import { probeMcpServer } from "../engines/mcp/probe-mcp-server.ts";
import { OrphanSweeper } from "../engines/process/orphan-sweeper.ts";
import { detectSandbox } from "../engines/process/sandbox-support.ts";
import { findClaude } from "../engines/sdk/find-claude.ts";
import { tryDatabase } from "../store/database/check-database.ts";
import { askModel } from "./ask-model.ts";
import { ENGINE_BUILDERS } from "./engine-builders.ts";
import { isEngineName } from "./engine-names.ts";
import { storeLocation } from "./database-locations.ts";

/** Besides `main.ts`, the only file that knows concrete parts of the server: those that `turnpike doctor` examines. */
export const openDoctorTools: OpenDoctorTools = async (config, environment) => {
  const { executable, passEnvironment } = config.claude;
  const claudeEnvironment = buildClaudeEnvironment(environment, passEnvironment);
  const options = {
    environment: claudeEnvironment,
    upstreamRetries: config.turns.upstreamRetries,
    ...(executable !== undefined && { executable }),
    transcriptFolder: join(config.dataDir, "transcripts"),
    clock: Date.now,
    logger: SILENT_LOGGER,
  };
  // Built when it is asked for: what it lacks is the finding of another check.
  let opened: Promise<Engine> | undefined;
  const engine = () => (opened ??= build(config.engine));
  const build = async (name: string) => {
    if (!isEngineName(name)) throw new Error(`There is no engine '${name}'.`);
    return ENGINE_BUILDERS[name](options);
  };
  const probeParts = { environment: claudeEnvironment, sweeper: new OrphanSweeper(SILENT_LOGGER) };
  const finders: Readonly<Record<string, DoctorTools["findClaude"]>> = {
    cli: async () => ({ ...(await requireClaude(executable, claudeEnvironment)), oldest: OLDEST_VERSION }),
  };
  return {
    detectSandbox: () => detectSandbox(environment["PATH"]),
    findClaude: (name) => finders[name]?.(name) ?? findClaude(executable, claudeEnvironment),
    askModel: async (signal) => askModel(await engine(), signal),
    describeAccount: async (signal) => (await engine()).describeAccount(signal),
    checkDatabase: () => tryDatabase(storeLocation(config)),
    probeMcpServer: (...asked) => probeMcpServer(probeParts, ...asked),
    close: async () => {
      const known = await opened?.catch(() => undefined);
      await known?.close();
    },
  };
};
