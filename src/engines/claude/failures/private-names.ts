import { hostname } from "node:os";

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables whose values say where requests go and whose they are, and variables whose values are secrets. */
const ADDRESSES = /(?:_URL|_URI|_PROXY|_ENDPOINT|_HOST|_SOCKET|_RESOURCE|_PROJECT|_PROJECT_ID)$/i;
const SECRETS = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS|CUSTOM_HEADERS)/i;
/** Addresses to which everybody's requests go are no secret. */
const PUBLIC = /^(?:https?:\/\/)?(?:(?:[\w-]+\.)*(?:anthropic|claude)\.com|claude\.ai)\/?$/i;
/** Shorter values, and mere words or numbers, may occur in any text. */
const MIN_LENGTH = { address: 4, secret: 8 };

/**
 * The names that no client may read: where Claude Code's requests go and what it logs in with, from its environment, and the
 * machine's name. The longest come first, so that no name is left in pieces.
 */
export function listPrivateNames(environment: Environment, machine = hostname()): readonly string[] {
  const names = new Set<string>();
  if (/[-.\d]/.test(machine)) add(names, machine, MIN_LENGTH.address);
  for (const [variable, value = ""] of Object.entries(environment)) {
    if (SECRETS.test(variable)) {
      for (const part of value.split(/[\s,]+/)) add(names, part, MIN_LENGTH.secret);
    } else if (ADDRESSES.test(variable) && !/^NO_PROXY$/i.test(variable)) addAddress(names, value);
  }
  return [...names].toSorted((left, right) => right.length - left.length);
}

function addAddress(names: Set<string>, value: string): void {
  add(names, value, MIN_LENGTH.address);
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (!url) return;
  for (const part of [url.host, url.hostname, url.username]) add(names, part, MIN_LENGTH.address);
  add(names, url.password, MIN_LENGTH.secret);
}

function add(names: Set<string>, name: string, minLength: number): void {
  if (name.length >= minLength && !/^(?:\d+|true|false)$/i.test(name) && !PUBLIC.test(name)) names.add(name);
}
