import { ControlError } from "./control-client.ts";
import { askServer } from "./find-server.ts";

export interface ServerAddress {
  /** Without a path. */
  readonly url: string;
  /** Whether its next start has the same: else the system chose the port, as it does for the server of a chat. */
  readonly isKept: boolean;
}

/** Where the server of the data folder listens, as it says itself over its socket; undefined when none answers there. */
export async function findServerAddress(dataDir: string): Promise<ServerAddress | undefined> {
  try {
    const found = await askServer(dataDir);
    return found && { url: found.status.url, isKept: found.status.keeps_port };
  } catch (error) {
    if (error instanceof ControlError) return undefined;
    throw error;
  }
}
