import { join } from "node:path";

import type { OpenDoctorTools } from "../cli/doctor/doctor-tools.ts";
import { buildClaudeEnvironment } from "../config/claude/claude-environment.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import { probeMcpServer } from "../engines/mcp/probe-mcp-server.ts";
import { OrphanSweeper } from "../engines/process/orphan-sweeper.ts";
import { detectSandbox } from "../engines/process/sandbox-support.ts";
import { findClaude } from "../engines/sdk/find-claude.ts";
import { createSdkEngine } from "../engines/sdk/create-sdk-engine.ts";
import { tryDatabase } from "../store/database/check-database.ts";
import { askModel } from "./ask-model.ts";

/** Besides `main.ts`, the only file that knows concrete parts of the server: those that `turnpike doctor` examines. */
export const openDoctorTools: OpenDoctorTools = async (config, environment) => {
  const { executable, passEnvironment } = config.claude;
  const claudeEnvironment = buildClaudeEnvironment(environment, passEnvironment);
  const engine = createSdkEngine({
    environment: claudeEnvironment,
    upstreamRetries: config.turns.upstreamRetries,
    ...(executable !== undefined && { executable }),
    transcriptFolder: join(config.dataDir, "transcripts"),
    clock: Date.now,
    logger: SILENT_LOGGER,
  });
  const probeParts = { environment: claudeEnvironment, sweeper: new OrphanSweeper(SILENT_LOGGER) };
  return {
    detectSandbox: () => detectSandbox(environment["PATH"]),
    findClaude: () => findClaude(executable, claudeEnvironment),
    askModel: (signal) => askModel(engine, signal),
    describeAccount: (signal) => engine.describeAccount(signal),
    checkDatabase: () =>
      tryDatabase(
        config.databaseUrl === undefined
          ? { type: "sqlite", file: join(config.dataDir, "turnpike.db") }
          : { type: "postgres", url: config.databaseUrl },
      ),
    probeMcpServer: (...asked) => probeMcpServer(probeParts, ...asked),
    close: () => engine.close(),
  };
};
