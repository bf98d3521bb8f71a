import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { localUrl } from "../../lib/local-url.ts";

import type { Config } from "../../config/config.ts";
import { isLoopbackHost } from "../../config/build/is-loopback-host.ts";
import { ConfigError } from "../../config/config-error.ts";
import { resolveConfig } from "../../config/resolve-config.ts";
import { apiKey } from "../../config/schema/setting-formats.ts";
import { nearestName } from "../../config/show/nearest-name.ts";
import { abilitiesOf } from "../../core/models/abilities-of.ts";
import type { CommandContext } from "../command-context.ts";
import { type GivenFlags, isAddressGiven } from "../setting-options.ts";
import { findServerAddress } from "../daemon/find-server-address.ts";
import { findAnybody, type ModelsAnswer, readModel, readModels } from "./read-models.ts";
import type { ClientKey, Target, TargetModel } from "./target.ts";
import { codeOf } from "../../lib/error-code.ts";

export interface TargetRequest {
  readonly url?: string;
  readonly key?: string;
  readonly model?: string;
  readonly isDefault: boolean;
  /** What is written in place of the client's own settings. */
  readonly file?: string;
}

export interface SettledTarget {
  readonly target: Target;
  readonly server: ModelsAnswer["type"];
  /** Whether the server's next start has the same address. */
  readonly keepsAddress: boolean;
}

/**
 * The server that a client is to use: as it was typed, else the one that has the data folder, else the one of the settings; its
 * models as it tells them, or, when it does not answer, those that every server has. This machine's key is sent only to an address
 * that was typed, and to one that the server itself has told over its socket.
 * @throws ConfigError when something is missing or wrong
 */
export async function settleTarget(
  request: TargetRequest,
  given: GivenFlags,
  context: CommandContext,
): Promise<SettledTarget> {
  const { environment, machine, engines } = context;
  const settings = () => resolveConfig({ ...given, environment, machine, engines }).config;
  const { url, isProven, isKept } =
    request.url === undefined
      ? await findAddress(settings(), isAddressGiven(given))
      : { url: readUrl(request.url), isProven: true, isKept: true };
  if (request.url !== undefined && request.key === undefined) checkIsOwn(url, settings());
  const key = request.key === undefined ? await readKey(settings()) : readGivenKey(request.key);
  const apiUrl = `${url}/v1`;
  const mayAsk = isProven || request.key !== undefined || key.value === NO_KEY;
  const answer = await (mayAsk ? readModels(apiUrl, key.value) : findAnybody(apiUrl));
  const known = answer.type === "models" ? answer.models : UNASKED;
  const model = await chooseModel(request.model, answer, apiUrl, key.value);
  const bare = known.filter(({ isBare }) => isBare).map(withoutKind);
  const models = bare.some(({ id }) => id === model.id) ? bare : [model, ...bare];
  const find = (id: string) => models.find((one) => one.id === id);
  const target = {
    url,
    apiUrl,
    key,
    models,
    model: find(model.id) ?? model,
    smallModel: find("haiku") ?? model,
    areModelsTold: answer.type === "models",
    isDefault: request.isDefault,
    ...(request.file !== undefined && { file: resolve(machine.currentDir, request.file) }),
  };
  return { target, server: answer.type, keepsAddress: isKept };
}

interface Address {
  readonly url: string;
  /** Whether it is known whose it is. */
  readonly isProven: boolean;
  readonly isKept: boolean;
}

async function findAddress(config: Config, isTyped: boolean): Promise<Address> {
  const running = isTyped ? undefined : await findServerAddress(config.dataDir);
  // The server of a chat ends with it.
  if (running && (running.isKept || config.server.port === 0)) return { ...running, isProven: true };
  return { url: urlOf(config), isProven: isTyped, isKept: true };
}

/** What clients that want a key are given where the server wants none. */
const NO_KEY = "none";

const DEFAULT_MODEL = "sonnet";

const UNASKED = ["sonnet", "opus", "haiku"].map((id) => ({ ...fromTable(id), isBare: true }));

function fromTable(id: string): TargetModel {
  const { contextTokens, maxOutputTokens } = abilitiesOf(id);
  return { id, contextTokens, maxOutputTokens };
}

function withoutKind({ id, contextTokens, maxOutputTokens }: TargetModel): TargetModel {
  return { id, contextTokens, maxOutputTokens };
}

async function chooseModel(
  typed: string | undefined,
  answer: ModelsAnswer,
  apiUrl: string,
  key: string,
): Promise<TargetModel> {
  if (answer.type !== "models") return fromTable(typed ?? DEFAULT_MODEL);
  const { models } = answer;
  if (typed === undefined) {
    const found =
      models.find(({ id }) => id === DEFAULT_MODEL) ?? models.find(({ isBare }) => isBare) ?? models[0];
    return found ? withoutKind(found) : fromTable(DEFAULT_MODEL);
  }
  const found = models.find(({ id }) => id === typed) ?? (await readModel(apiUrl, key, typed));
  if (found) return { ...withoutKind(found), id: typed };
  const names = models.map(({ id }) => id);
  const nearest = nearestName(typed, names);
  const guess = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
  throw new ConfigError([`--model: the server has no model '${typed}'.${guess} It has ${names.join(", ")}.`]);
}

/** The address at which a server with these settings is reached from this machine. */
function urlOf({ server: { host, port } }: Config): string {
  if (port === 0) {
    throw new ConfigError(["The settings let the system choose the port: name the server with --url."]);
  }
  return localUrl(host, port);
}

function readUrl(typed: string): string {
  const url = URL.parse(typed);
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== "" ||
    url.hash !== "" ||
    url.username !== ""
  ) {
    throw new ConfigError([
      `--url: expected an address such as http://127.0.0.1:4141, not '${typed.replace(/\/\/.*@/, "//***@")}'.`,
    ]);
  }
  return url.href.replace(/\/+$/, "").replace(/\/v1$/, "");
}

function readGivenKey(typed: string): ClientKey {
  const value = apiKey(typed);
  if (value === undefined) {
    throw new ConfigError(["--key: expected an API key, which has no blanks and only ASCII characters."]);
  }
  return { value };
}

/** @throws ConfigError for another machine's server: that is not to see this one's key */
function checkIsOwn(url: string, config: Config): void {
  const { hostname, href } = new URL(url);
  const { auth, server } = config;
  const isConfigured = server.port !== 0 && URL.parse(urlOf(config))?.href === href;
  if (auth.noAuth || isConfigured || isLoopbackHost(hostname)) return;
  throw new ConfigError([
    `--url: ${url} is not this machine's server, so it does not get this machine's key. Give the key of that server with --key.`,
  ]);
}

/** The first one of the settings, else that of the data folder. */
async function readKey({ auth, dataDir }: Config): Promise<ClientKey> {
  if (auth.noAuth) return { value: NO_KEY };
  const [configured] = auth.apiKeys;
  if (configured !== undefined) return { value: configured };
  const file = join(dataDir, "api-key");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const code = codeOf(error) ?? "unknown error";
    const message =
      code === "ENOENT"
        ? "There is no API key yet: start the server once, which makes one, or give one with --key."
        : `The API key file ${file} cannot be read (${code}). Give it to this user with mode 0600, or give a key with --key.`;
    throw new ConfigError([message], { cause: error });
  });
  const value = apiKey(text.trim());
  if (value !== undefined) return { value, file };
  throw new ConfigError([
    `The API key file ${file} holds no key. Delete it, and the next start makes a new one.`,
  ]);
}
