import { delay } from "../../lib/time.ts";
import type { StatusBody } from "../../protocols/admin/format-status.ts";
import type { CommandContext } from "../command-context.ts";
import { askServer } from "./find-server.ts";

const POLL_MS = 100;

/** How long Claude Code may take to start before the person hears that the server itself runs. */
const PATIENCE_MS = 60_000;

export interface AwaitedServer {
  readonly dataDir: string;
  /** Whether this is the server that is waited for, rather than the one before it. */
  readonly isIt: (status: StatusBody) => boolean;
  /** Whether it cannot come any more. */
  readonly hasEnded: () => boolean;
}

/** Waits until a server that has been started answers and knows how Claude Code is. Undefined when it has ended before. */
export async function waitForServer(
  { dataDir, isIt, hasEnded }: AwaitedServer,
  { terminal, clock }: Pick<CommandContext, "terminal" | "clock">,
): Promise<StatusBody | undefined> {
  let answersSince: number | undefined;
  terminal.showStatus("Waiting for the server to start …");
  for (;;) {
    const status = (await askServer(dataDir))?.status;
    if (status && isIt(status)) {
      answersSince ??= clock();
      if (status.state !== "starting" || clock() - answersSince > PATIENCE_MS) return status;
      terminal.showStatus("Waiting for Claude Code to start …");
    } else if (hasEnded()) {
      return undefined;
    }
    await delay(POLL_MS);
  }
}
