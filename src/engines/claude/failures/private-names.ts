import { hostname } from "node:os";

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables whose values say where requests go and whose they are, and those whose values are secrets. */
const ADDRESSES = /(?:_URL|_URI|_PROXY|_ENDPOINT|_HOST|_SOCKET|_RESOURCE|_PROJECT|_PROJECT_ID)$/i;
const SECRETS = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS|CUSTOM_HEADERS)/i;
/** Where everybody's requests go is no secret. */
const PUBLIC = /^(?:https?:\/\/)?(?:(?:[\w-]+\.)*(?:anthropic|claude)\.com|claude\.ai)\/?$/i;
/** What is shorter, or a mere word or number, may stand in any text. */
const MIN_LENGTH = { address: 4, secret: 8 };

/**
 * What the environment of Claude Code holds that no client may read: where its requests go, and what it logs in with. The
 * longest come first, so that none is left in pieces.
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
