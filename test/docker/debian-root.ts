import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Why a root for a container cannot be made on this machine, if so. */
export function whyNoRoot(): string | undefined {
  if (process.platform !== "linux") return "only on Linux";
  if (process.getuid?.() !== 0) return "only as root";
  const missing = ["mmdebstrap", "unshare", "nsenter", "chroot", "setpriv", "ip"].filter(
    (name) => !isInPath(name),
  );
  if (missing.length > 0) return `${missing.join(", ")} not installed`;
  try {
    const script = "ip link set lo up && mount -t tmpfs tmpfs /mnt && mount -o remount,bind,ro /mnt";
    execFileSync("unshare", ["--mount", "--net", "--pid", "--fork", "sh", "-c", script], { stdio: "ignore" });
    return undefined;
  } catch {
    return "this machine's kernel lets nobody mount";
  }
}

/** Debian's slim images leave out what these rules name. */
const SLIM = ["doc", "info", "locale", "man"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);

/** What `node:24-slim` is: a small Debian, Node with npm in /usr/local, and the user `node`. */
export async function makeNodeRoot(folder: string): Promise<void> {
  await run("mmdebstrap", ["--variant=minbase", "--mode=root", "--quiet", ...SLIM, codename(), folder], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const local = join(folder, "usr/local");
  cpSync(process.execPath, join(local, "bin/node"));
  // The machine's own, beside a link to its program.
  const npm = join(dirname(realpathSync(execFileSync("which", ["npm"], { encoding: "utf8" }).trim())), "..");
  mkdirSync(join(local, "lib/node_modules"), { recursive: true });
  cpSync(npm, join(local, "lib/node_modules/npm"), { recursive: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(local, "bin/npm"));
  await run("chroot", [folder, "groupadd", "--gid", "1000", "node"]);
  await run("chroot", [folder, "useradd", "--uid", "1000", "--gid", "node", "--create-home", "node"]);
}

/** This machine's own Debian, whose packages it surely reaches. */
function codename(): string {
  return execFileSync("sh", ["-c", ". /etc/os-release; echo $VERSION_CODENAME"], { encoding: "utf8" }).trim();
}

function isInPath(name: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, name)));
}
