import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";

/** A process that listens on a port. */
export interface PortOwner {
  readonly processId: number;
  /** The program and, for an interpreter, its script; never its flags, which may hold secrets. */
  readonly command: string;
}

/**
 * The process that listens on a TCP port of this machine; undefined when the system does not tell (a process of another user,
 * or Windows).
 */
export async function findPortOwner(port: number): Promise<PortOwner | undefined> {
  try {
    if (process.platform === "linux") return await findOnLinux(port);
    if (process.platform === "darwin") return await findOnMacos(port);
    return undefined;
  } catch {
    // This is only extra information for an error message, which is right without it.
    return undefined;
  }
}

async function findOnLinux(port: number): Promise<PortOwner | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => readFile(file, "utf8").catch(() => "")),
  );
  const sockets = new Set(tables.flatMap((table) => listeningSockets(table, port)));
  if (sockets.size === 0) return undefined;
  const processIds = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const processId of processIds) {
    if (await holdsSocket(processId, sockets)) {
      return { processId: Number(processId), command: await readCommand(processId) };
    }
  }
  return undefined;
}

const LISTEN_STATE = "0A";

/** The sockets that listen on the port, named as the links in `/proc/PID/fd` name them. */
export function listeningSockets(table: string, port: number): readonly string[] {
  return table.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [, localAddress = "", , state] = columns;
    const inode = columns[9];
    const isOurs = Number.parseInt(localAddress.split(":")[1] ?? "", 16) === port && state === LISTEN_STATE;
    return isOurs && inode !== undefined ? [`socket:[${inode}]`] : [];
  });
}

async function holdsSocket(processId: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${processId}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const links = await Promise.all(
    descriptors.map((descriptor) => readlink(`${folder}/${descriptor}`).catch(() => "")),
  );
  return links.some((link) => sockets.has(link));
}

async function readCommand(processId: string): Promise<string> {
  const [program = "", script = ""] = (await readFile(`/proc/${processId}/cmdline`, "utf8")).split("\0");
  return [basename(program), script.startsWith("-") ? "" : script].filter(Boolean).join(" ");
}

const LSOF_TIMEOUT_MS = 3000;

async function findOnMacos(port: number): Promise<PortOwner | undefined> {
  const { stdout } = await promisify(execFile)("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], {
    timeout: LSOF_TIMEOUT_MS,
  });
  const field = (letter: string) =>
    stdout
      .split("\n")
      .find((line) => line.startsWith(letter))
      ?.slice(1);
  const processId = Number(field("p"));
  return processId > 0 ? { processId, command: field("c") ?? "" } : undefined;
}
