import { stat } from "node:fs/promises";

/** What is there is neither a file nor a folder: a read may wait for ever, and a new file would take its place. */
export class DeviceError extends Error {
  constructor() {
    super("it is a device or a pipe, not a file");
    this.name = "DeviceError";
  }
}

/** @throws DeviceError when the path leads to one, such as a link to /dev/null, by which people keep a file empty */
export async function requireNoDevice(path: string): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  if (stats && !stats.isFile() && !stats.isDirectory()) throw new DeviceError();
}
