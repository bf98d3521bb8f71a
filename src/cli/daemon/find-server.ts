import { findControlAddress } from "../../config/data-folder/control-address.ts";
import { findLockHolder } from "../lock-data-folder.ts";
import { ControlClient, ControlError, NoAnswerError } from "./control-client.ts";
import { readStatus, type ToldStatus } from "../../protocols/admin/told-status.ts";

export type FoundServer =
  /** `staleProcessId`: one has ended without having cleaned up. */
  | { readonly type: "none"; readonly staleProcessId?: number }
  /** It has the data folder but does not answer: it starts, it stops, or it hangs. */
  | { readonly type: "silent"; readonly processId?: number }
  | { readonly type: "running"; readonly client: ControlClient; readonly status: ToldStatus };

/** The server of a data folder. What it says itself counts, then the lock; files that it may have left prove nothing. */
export async function findServer(dataDir: string): Promise<FoundServer> {
  const answering = await askServer(dataDir);
  if (answering) return answering;
  const holder = findLockHolder(dataDir);
  if (holder.type === "free") {
    const { staleProcessId } = holder;
    return { type: "none", ...(staleProcessId !== undefined && { staleProcessId }) };
  }
  const { processId } = holder;
  return { type: "silent", ...(processId !== undefined && { processId }) };
}

/** Undefined when none answers. Does not touch the lock, which a server that starts needs. */
export async function askServer(
  dataDir: string,
): Promise<Extract<FoundServer, { type: "running" }> | undefined> {
  const address = findControlAddress(dataDir);
  if (address === undefined) return undefined;
  const client = new ControlClient(address);
  try {
    const status = readStatus(await client.get<unknown>("/admin/api/status"), dataDir);
    if (status) return { type: "running", client, status };
  } catch (error) {
    if (error instanceof NoAnswerError) return undefined;
    throw error;
  }
  throw new ControlError(
    0,
    `What answers for the data folder ${dataDir} is no Turnpike that this program knows.`,
  );
}
