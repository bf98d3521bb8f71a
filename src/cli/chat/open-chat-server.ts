import type { Config } from "../../config/config.ts";
import { prepareDataFolder } from "../../config/data-folder/prepare-data-folder.ts";
import { CleanUp } from "../../lib/clean-up.ts";
import { delay } from "../../lib/time.ts";
import { createLogger } from "../../observability/create-logger.ts";
import { promptApprovals } from "../approval-prompt.ts";
import { formatKeyRows } from "../banner.ts";
import type { CommandContext } from "../command-context.ts";
import type { ControlClient } from "../daemon/control-client.ts";
import { askServer, findServer, type FoundServer } from "../daemon/find-server.ts";
import { resolveSettings } from "../daemon/resolve-settings.ts";
import { outputFile } from "../daemon/server-log.ts";
import { describeStartupError } from "../describe-startup-error.ts";
import { lockDataFolder } from "../lock-data-folder.ts";
import { areNewKeys, type KeyNotices } from "../running-server.ts";
import { ownCommand } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";
import { RemoteApprovals } from "./remote-approvals.ts";

/** The server that a chat is with. Disposing ends it if it is the chat's own. */
export interface ChatServer extends AsyncDisposable {
  readonly client: ControlClient;
  /** Whether the person at the terminal is asked about approvals. */
  readonly asksHere: boolean;
  /** Aborts when the chat's own server has been told to end. */
  readonly told: AbortSignal;
  /** Has the person asked about the approvals of this turn, which is the chat's. */
  askAbout(turnId: string): void;
}

export type OpenedChatServer =
  | { readonly type: "open"; readonly server: ChatServer }
  | {
      readonly type: "busy";
      readonly found: Extract<FoundServer, { type: "silent" }>;
      readonly dataDir: string;
    }
  /** The person has been told why. */
  | { readonly type: "failed" };

/** @throws ConfigError when the settings cannot be used */
export async function openChatServer(given: GivenFlags, context: CommandContext): Promise<OpenedChatServer> {
  const config = resolveSettings(given, context);
  const found = await findServer(config.dataDir);
  switch (found.type) {
    case "running":
      return { type: "open", server: joinRunning(found, config, context) };
    case "silent":
      return { type: "busy", found, dataDir: config.dataDir };
    case "none":
      return startOwn(config, context);
  }
}

/**
 * A server that runs already. Its socket opens no approvals: the person at the terminal is asked when the settings have the
 * approver key.
 */
function joinRunning(
  { client }: Extract<FoundServer, { type: "running" }>,
  { auth }: Config,
  { terminal, clock }: CommandContext,
): ChatServer {
  const leaving = new AbortController();
  const [key] = auth.approverKeys;
  let asksHere = false;
  let approvals: RemoteApprovals | undefined;
  if (key !== undefined && terminal.isInteractive) {
    asksHere = true;
    approvals = new RemoteApprovals(client, key);
    const giveUp = (why: string) => {
      if (leaving.signal.aborted) return;
      asksHere = false;
      terminal.printError(`Approvals are not asked about here: ${why}`);
    };
    approvals.follow(leaving.signal).then(
      () => giveUp("The server sends no more of them."),
      (error: unknown) => giveUp(error instanceof Error ? error.message : String(error)),
    );
    void promptApprovals({ approvals, terminal, clock }, leaving.signal);
  }
  return {
    client,
    get asksHere() {
      return asksHere;
    },
    told: new AbortController().signal,
    askAbout: (turnId) => approvals?.askAbout(turnId),
    [Symbol.asyncDispose]: async () => leaving.abort(),
  };
}

/**
 * A server for as long as the chat lasts, on a port that nobody knows; its log goes to the file of servers in the background. The
 * person at the terminal answers its approvals.
 */
async function startOwn(config: Config, context: CommandContext): Promise<OpenedChatServer> {
  const { terminal, environment, clock } = context;
  const cleanUp = new CleanUp();
  try {
    await prepareDataFolder(config.dataDir);
    const lock = lockDataFolder(config.dataDir);
    cleanUp.defer(() => lock[Symbol.dispose]());
    const { log, auth } = config;
    const file = log.file ?? outputFile(config.dataDir);
    const secrets = [...auth.apiKeys, ...auth.approverKeys];
    const quiet = { isTerminal: true, printError: () => {} };
    const logger = createLogger({ ...log, file, secrets, terminal: quiet });
    const settings: Config = { ...config, server: { ...config.server, port: 0 } };
    const server = await context.startServer(settings, logger, environment, {
      onStage: (stage) => terminal.showStatus(`${stage} …`),
      onKeys: (keys) => showNewKeys(keys, context),
    });
    cleanUp.defer(() => server.stop());
    server.refuseRestart("This server is of a chat and ends with it: it cannot be restarted.");
    const told = new AbortController();
    void server.stopRequested
      .then(() => {
        terminal.printError("The server of this chat was told to stop: the chat ends.");
        told.abort();
        return server.stop();
      })
      // Who waits for the end hears of it.
      .catch(() => {});
    const answering = new AbortController();
    if (terminal.isInteractive) {
      void promptApprovals({ approvals: server.approvals, terminal, clock }, answering.signal);
    }
    cleanUp.defer(() => answering.abort());
    terminal.showStatus("Starting Claude Code and looking at its login …");
    while (server.health().status === "starting" && !told.signal.aborted) await delay(POLL_MS);
    terminal.showStatus();
    if (told.signal.aborted) {
      await cleanUp.run();
      return { type: "failed" };
    }
    const health = server.health();
    if (health.status === "not-ready")
      terminal.printError(health.problem ?? "Claude Code cannot answer yet.");
    const asked = await askServer(config.dataDir);
    if (!asked)
      throw new Error(
        `The server's socket does not answer. ${ownCommand("logs", config, context)} may say why.`,
      );
    const { client } = asked;
    const own = { client, asksHere: terminal.isInteractive, told: told.signal, askAbout: () => {} };
    return { type: "open", server: { ...own, [Symbol.asyncDispose]: () => cleanUp.run() } };
  } catch (error) {
    await cleanUp.run();
    terminal.printError(...(await describeStartupError(error, config.server)));
    return { type: "failed" };
  }
}

const POLL_MS = 50;

/** At once: there is no second time to show them. */
function showNewKeys(keys: KeyNotices, { terminal }: CommandContext): void {
  if (!areNewKeys(keys)) return;
  terminal.print(
    ...formatKeyRows({ ...keys, asksHere: terminal.isInteractive, columns: terminal.columns }),
    "",
  );
}
