import { resolve } from "node:path";

import type { Config } from "../../config/config.ts";
import { ConfigError } from "../../config/config-error.ts";
import { findFolder } from "../../config/build/resolve-folder.ts";
import { resolveConfig } from "../../config/resolve-config.ts";
import { TrustedFolders } from "../../config/trust/trusted-folders.ts";
import { changeTrustFile, readTrustFile, trustFile, type TrustList } from "../../config/trust/trust-file.ts";
import { isInside } from "../../lib/is-inside.ts";
import type { CommandContext } from "../command-context.ts";
import type { GivenFlags } from "../setting-options.ts";
import { ownCommand } from "../own-command.ts";
import { printJson } from "../print-json.ts";
import { quoteForShell } from "../quote-for-shell.ts";

export interface TrustRequest {
  /** As it was typed; absent to list the trusted folders. */
  readonly folder?: string;
  readonly isRemoval: boolean;
  readonly isJson: boolean;
}

/**
 * `turnpike trust`: lets programs that a folder's own files set up run, revokes that, or lists the trusted folders. It applies
 * to a running server too. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used, there is no such folder, or the list cannot be written
 */
export async function trust(
  { folder, isRemoval, isJson }: TrustRequest,
  given: GivenFlags,
  context: CommandContext,
): Promise<number> {
  const { environment, machine, engines, terminal } = context;
  const { config } = resolveConfig({ ...given, environment, machine, engines });
  if (folder === undefined) {
    if (isRemoval) throw new ConfigError(["Name the folder that is to be trusted no longer."]);
    return showTrusted(config, isJson, context);
  }
  const typed = resolve(machine.currentDir, folder);
  const real = findFolder(typed);
  if (isRemoval) return removeTrust(config, real ?? typed, isJson, context);
  if (real === undefined) throw new ConfigError([`There is no folder ${typed}.`]);
  await changeTrustFile(config.dataDir, (list) => withTrusted(list, real));
  const home = findFolder(machine.homeDir) ?? machine.homeDir;
  const verdict = new TrustedFolders({ config, homeDir: home, onUnreadable: () => {} }).judge(real);
  const above = verdict.type === "below-untrusted" ? verdict.above : undefined;
  if (isJson) {
    printJson(
      { object: "trusted_folder", folder: real, trusted: true, untrusted_above: above ?? null },
      terminal,
    );
  } else {
    terminal.print(
      `Trusted: ${real} and all inside. Its settings count in each process that starts from now on.`,
    );
  }
  if (isInside(home, real)) {
    terminal.printError(
      "Warning: your home folder lies in it, and with it whatever you will ever clone or unpack there.",
    );
  }
  if (above !== undefined) {
    terminal.printError(
      `It does not count yet: Claude Code would also use the settings of ${above}, above it. To trust that:`,
      `  ${ownCommand(`trust ${quoteForShell(above)}`, config, context)}`,
    );
  }
  return 0;
}

/** The list after the folder has been trusted. */
export function withTrusted({ trusted, declined }: TrustList, folder: string): TrustList {
  return { trusted: [...trusted, folder], declined: declined.filter((one) => one !== folder) };
}

export function withDeclined({ trusted, declined }: TrustList, folder: string): TrustList {
  return { trusted, declined: [...declined, folder] };
}

async function removeTrust(
  config: Config,
  folder: string,
  isJson: boolean,
  { terminal }: CommandContext,
): Promise<number> {
  let wasThere = false;
  const { trusted } = await changeTrustFile(config.dataDir, (list) => {
    wasThere = list.trusted.includes(folder);
    return { ...list, trusted: list.trusted.filter((one) => one !== folder) };
  });
  const configured = config.trustedFolders.find((root) => isInside(folder, root));
  const covering = configured ?? trusted.find((root) => isInside(folder, root));
  if (isJson && wasThere && covering === undefined) {
    printJson({ object: "trusted_folder", folder, trusted: false }, terminal);
    return 0;
  }
  if (wasThere && !isJson) {
    terminal.print(`No longer trusted: ${folder}. Processes that run already keep what they have.`);
  }
  if (covering !== undefined) {
    const where = configured === undefined ? "" : " (trustedFolders in the settings)";
    terminal.printError(`It is still trusted, for ${covering} is${where}.`);
    return 1;
  }
  if (wasThere) return 0;
  terminal.printError(`${folder} was not trusted.`);
  return 1;
}

function showTrusted(config: Config, isJson: boolean, { terminal }: CommandContext): number {
  if (isJson) {
    const listed = readList(config).trusted.map((folder) => ({ folder, is_configured: false }));
    const configured = config.trustedFolders.map((folder) => ({ folder, is_configured: true }));
    printJson({ object: "list", data: [...configured, ...listed] }, terminal);
    return 0;
  }
  const lines = [
    ...config.trustedFolders.map((folder) => `${folder}  (trustedFolders in the settings)`),
    ...readList(config).trusted,
  ];
  terminal.print(...(lines.length === 0 ? ["No folder is trusted."] : lines));
  return 0;
}

function readList({ dataDir }: Config): TrustList {
  try {
    return readTrustFile(dataDir);
  } catch (error) {
    const message = `The list of trusted folders ${trustFile(dataDir)} cannot be read. Delete it to begin anew.`;
    throw new ConfigError([message], { cause: error });
  }
}
