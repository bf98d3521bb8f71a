import { randomBytes } from "node:crypto";

import type { OpenedChannel } from "../../compose/open-channel.ts";
import type { TransportChoice } from "../../core/words/channel-transport.ts";
import { ConfigError } from "../../config/config-error.ts";
import type { Config } from "../../config/config.ts";
import { openKeyFile } from "../../config/data-folder/key-file.ts";
import { prepareDataFolder } from "../../config/data-folder/prepare-data-folder.ts";
import { PACKAGE_VERSION } from "../../config/package-version.ts";
import { type Logger, SILENT_LOGGER } from "../../core/ports/logger.ts";
import { delay } from "../../lib/time.ts";
import { createLogger } from "../../observability/create-logger.ts";
import type { CommandContext } from "../command-context.ts";
import { describeStartupError } from "../describe-startup-error.ts";
import { lockDataFolder } from "../lock-data-folder.ts";
import type { RunningServer } from "../running-server.ts";
import type { GivenFlags } from "../setting-options.ts";
import { watchForEnd } from "../watch-for-end.ts";
import { ownProgram } from "../own-command.ts";
import { findOpenApproverKey, resolveChannel } from "./channel-settings.ts";
import { removeEntry, writeEntry } from "./port-registry.ts";
import { scrubEnvironment, secretsOf } from "./scrub-environment.ts";
import { takePort } from "./take-port.ts";

/** How often a port that somebody else holds is tried again. */
const RETRY_MS = 2_000;
/** Claude Code kills its servers half a second after it has asked them to end. */
const STOP_MS = 400;

/**
 * `turnpike channel`: what Claude Code starts as an MCP server. It speaks MCP at once, whatever is wrong: a server that exits is
 * only shown as failed, and one that is there can say why. Nothing but MCP is written to stdout. Resolves when Claude Code is gone, or at once
 * at a terminal: a person has typed it.
 */
export async function channel(
  given: GivenFlags,
  transport: TransportChoice,
  context: CommandContext,
): Promise<number> {
  const { environment, clock, events, terminal } = context;
  if (terminal.isInteractive) {
    terminal.printError(
      `Claude Code starts this command by itself, as an MCP server, and speaks with it in place of a person. Set it up with ${ownProgram(context)} channel install, and start Claude Code as that says.`,
    );
    return 1;
  }
  const nonce = randomBytes(24).toString("base64url");
  const prepared = await prepare(given, context);
  const { logger } = prepared;
  using watch = watchForEnd(events, clock, (error) => logger.error("process.uncaught-error", { error }));
  const [socket, token] = [
    environment["CLAUDE_CODE_MESSAGING_SOCKET"],
    environment["CLAUDE_CODE_MESSAGING_TOKEN"],
  ];
  const session = environment["CLAUDE_CODE_SESSION_ID"];
  const opened = await context.openChannel({
    transport,
    ...(socket && token && { inbox: { socket, token } }),
    ...(session !== undefined && { session }),
    timeoutMs: prepared.config?.turns.turnTimeoutMs ?? 0,
    hookSecret: prepared.hookSecret,
    nonce,
    version: PACKAGE_VERSION,
    clock,
    logger,
  });
  const over = new AbortController();
  const ended = Promise.race([watch.ended, opened.ended]).then((reason) => {
    over.abort();
    return reason?.type === "crash" ? 1 : 0;
  });
  if (!prepared.config) {
    opened.report(prepared.problem);
    context.terminal.printError(...prepared.problem.split("\n"));
    await ended;
    return 1;
  }
  const server = await open({ ...prepared, config: prepared.config }, opened, nonce, context, over.signal);
  const exitCode = await ended;
  await Promise.race([server?.[Symbol.asyncDispose](), delay(STOP_MS)]);
  await opened.close().catch(() => {});
  return exitCode;
}

interface Prepared {
  /** Absent when the settings cannot be used. */
  readonly config?: Config;
  readonly problem: string;
  readonly logger: Logger;
  readonly hookSecret: string;
}

/** Never rejects for what a person can mend: it is told over MCP. */
async function prepare(given: GivenFlags, context: CommandContext): Promise<Prepared> {
  try {
    const resolved = resolveChannel(given, context);
    const { config, warnings } = resolved;
    context.terminal.printError(...warnings.map((warning) => `Warning: ${warning}`));
    await prepareDataFolder(config.dataDir);
    const { key: hookSecret = "" } = await openKeyFile(config.dataDir, "hook-secret");
    const logger = openLog(config, hookSecret, context);
    const warning = findOpenApproverKey(resolved, context);
    if (warning !== undefined) logger.error("auth.approver-key-open", { warning });
    return { config, problem: "", logger, hookSecret };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problem = error.problems.join("\n");
    return { problem, logger: SILENT_LOGGER, hookSecret: randomBytes(24).toString("base64url") };
  }
}

function openLog(
  { log, auth }: Config,
  hookSecret: string,
  { environment, terminal }: CommandContext,
): Logger {
  const secrets = [...auth.apiKeys, ...auth.approverKeys, hookSecret, ...secretsOf(environment)];
  return createLogger({ ...log, secrets, terminal });
}

/** Tries until the server listens or Claude Code is gone; Claude is told meanwhile why it does not. */
async function open(
  { config, logger }: { readonly config: Config; readonly logger: Logger },
  opened: OpenedChannel,
  nonce: string,
  context: CommandContext,
  signal: AbortSignal,
): Promise<AsyncDisposable | undefined> {
  let told = "";
  while (!signal.aborted) {
    let lock: Disposable | undefined;
    try {
      await takePort(config, logger);
      lock = lockDataFolder(config.dataDir);
      const builders = { channel: () => opened.engine };
      const environment = scrubEnvironment(context.environment);
      const server = await context.startServer(config, logger, environment, undefined, builders);
      const port = Number(new URL(server.url).port);
      await writeEntry(config.dataDir, { port, nonce, claudeProcessId: process.ppid });
      const lines = describe(server, config, context);
      opened.report(lines.join("\n"));
      context.terminal.printError(...lines);
      return {
        async [Symbol.asyncDispose]() {
          await server.stop();
          removeEntry(config.dataDir);
          lock?.[Symbol.dispose]();
        },
      };
    } catch (error) {
      lock?.[Symbol.dispose]();
      const lines = await describeStartupError(error, config.server);
      const text = `Turnpike does not listen: ${lines.join(" ")}`;
      opened.report(text);
      if (text !== told) {
        logger.error("channel.not-listening", { error });
        context.terminal.printError(text);
      }
      told = text;
      await delay(RETRY_MS, signal).catch(() => {});
    }
  }
  return undefined;
}

function describe(
  { url, apiKeyNotice, approverKeyNotice }: RunningServer,
  { models }: Config,
  context: CommandContext,
): readonly string[] {
  const key = "file" in apiKeyNotice ? `is in ${apiKeyNotice.file}` : "is the configured one";
  return [
    `Turnpike answers at ${url}/v1 with this Claude Code session.`,
    apiKeyNotice.type === "disabled" ? "It asks for no API key." : `The API key ${key}.`,
    // Not the key itself: Claude reads this.
    ...(approverKeyNotice.type === "created"
      ? [
          `Nobody knows the approver key yet: delete ${approverKeyNotice.file} and run ${ownProgram(context)} channel install.`,
        ]
      : []),
    `Model ids: ${Object.keys(models).join(", ")}.`,
  ];
}
