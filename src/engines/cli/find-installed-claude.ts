import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The path of the `claude` that a person would run here: the first in PATH, then where its installers put it for a shell whose
 * PATH this server may not have. Undefined when there is none.
 */
export async function findInstalledClaude(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const places = [...foldersInPath(environment), ...(await usualFolders(environment))];
  for (const folder of places) {
    for (const name of namesOn(platform)) {
      const path = join(folder, name);
      if (await isProgram(path)) return path;
    }
  }
  return undefined;
}

function foldersInPath({ PATH = "" }: Environment): readonly string[] {
  // An empty element would be the current folder, from which nothing is ever started.
  return PATH.split(delimiter).filter((folder) => folder !== "");
}

/** Where the native installer, the older local installation, Homebrew and the package managers of npm's packages put it. */
async function usualFolders(environment: Environment): Promise<readonly string[]> {
  const home = environment["HOME"] ?? environment["USERPROFILE"];
  const inHome = home === undefined ? [] : IN_HOME.map((folder) => join(home, folder));
  const prefixes = [
    environment["npm_config_prefix"],
    environment["NPM_CONFIG_PREFIX"],
    await npmPrefix(home),
  ];
  return [
    ...inHome,
    ...prefixes.flatMap((prefix) => (prefix ? [join(prefix, "bin"), prefix] : [])),
    ...[environment["PNPM_HOME"]].flatMap((folder) => folder || []),
    // Where npm puts it that came with this Node.
    dirname(process.execPath),
    "/opt/homebrew/bin",
    "/usr/local/bin",
  ];
}

const IN_HOME = [".local/bin", ".claude/local", ".npm-global/bin", ".bun/bin", ".volta/bin", ".yarn/bin"];

/** npm's own setting, as people make it who install without root. */
async function npmPrefix(home: string | undefined): Promise<string | undefined> {
  if (home === undefined) return undefined;
  const text = await readFile(join(home, ".npmrc"), "utf8").catch(() => "");
  const prefix = /^\s*prefix\s*=\s*(.+?)\s*$/m.exec(text)?.[1];
  return prefix?.replace(/^(?:~|\$\{HOME\})(?=\/|$)/, home);
}

/** npm's commands on Windows are scripts of its shell, which is not used here: what they start stands below them. */
function namesOn(platform: NodeJS.Platform): readonly string[] {
  if (platform !== "win32") return ["claude"];
  const inPackage = join("node_modules", "@anthropic-ai", "claude-code");
  return ["claude.exe", join(inPackage, "bin", "claude.exe"), join(inPackage, "cli.js")];
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
