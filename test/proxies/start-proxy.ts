import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

import { delay } from "../../src/lib/time.ts";
import { giveToOtherUser, OTHER_USER } from "../integration/other-user.ts";
import { send, SERVER_NAME } from "./tls-client.ts";

const PAGE = readFileSync(join(import.meta.dirname, "..", "..", "docs", "proxies.md"), "utf8");

export type ProxyName = keyof typeof PROXIES;

export interface Proxy {
  readonly port: number;
  /** Whom clients have to trust. */
  readonly ca: string;
  stop(): Promise<void>;
}

interface ProxyPlan {
  /** The fence in the docs. */
  readonly language: string;
  /** Writes the files; returns the program's arguments. */
  readonly prepare: (snippet: string, place: Place) => readonly string[];
  /** The certificate of the authority, once the proxy runs. */
  readonly ca: (place: Place) => string;
}

interface Place {
  readonly folder: string;
  readonly port: number;
}

const PROXIES = {
  nginx: {
    language: "nginx",
    prepare(snippet, { folder, port }) {
      writeCertificate(folder);
      const site = replaceAll(snippet, [
        ["listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`],
        ["/etc/turnpike/tls/fullchain.pem", join(folder, "certificate.pem")],
        ["/etc/turnpike/tls/privkey.pem", join(folder, "key.pem")],
      ]);
      writeFileSync(join(folder, "site.conf"), site);
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (name) => `${name}_temp_path ${join(folder, name)};`,
      );
      // Around it what a machine's own nginx.conf may say, compression of everything among it.
      writeFileSync(
        join(folder, "nginx.conf"),
        [
          `daemon off; pid ${join(folder, "pid")}; error_log stderr warn;`,
          "events { worker_connections 256; }",
          `http { access_log off; gzip on; gzip_types *; gzip_proxied any; ${temporary.join(" ")}`,
          `include ${join(folder, "site.conf")}; }`,
        ].join("\n"),
      );
      return ["-p", folder, "-e", "stderr", "-c", join(folder, "nginx.conf")];
    },
    ca: ({ folder }) => readFileSync(join(folder, "certificate.pem"), "utf8"),
  },
  caddy: {
    language: "caddyfile",
    prepare(snippet, { folder, port }) {
      // No certificate from the internet, no other port, no word to this machine's own Caddy.
      const globals = `{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\tauto_https disable_redirects\n\thttps_port ${port}\n\tdefault_bind 127.0.0.1\n}\n`;
      writeFileSync(join(folder, "Caddyfile"), globals + snippet);
      return ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")];
    },
    ca: ({ folder }) => readFileSync(join(folder, "data/caddy/pki/authorities/local/root.crt"), "utf8"),
  },
  haproxy: {
    language: "haproxy",
    prepare(snippet, { folder, port }) {
      writeCertificate(folder);
      const pem = join(folder, "both.pem");
      const parts = ["certificate.pem", "key.pem"].map((file) => readFileSync(join(folder, file), "utf8"));
      writeFileSync(pem, parts.join("\n"));
      const config = replaceAll(snippet, [
        ["bind :443 ssl crt /etc/turnpike/tls/turnpike.pem", `bind 127.0.0.1:${port} ssl crt ${pem}`],
      ]);
      writeFileSync(join(folder, "haproxy.cfg"), config);
      return ["-db", "-f", join(folder, "haproxy.cfg")];
    },
    ca: ({ folder }) => readFileSync(join(folder, "certificate.pem"), "utf8"),
  },
} as const satisfies Readonly<Record<string, ProxyPlan>>;

export const PROXY_NAMES = Object.keys(PROXIES) as ProxyName[];

/** Debian keeps two of them off the PATH of ordinary users. */
function findProxy(name: ProxyName): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

const missing = PROXY_NAMES.filter((name) => findProxy(name) === undefined);
/** Whether the tests with them run. A CI run that lacks one fails. */
export const HAS_PROXIES = missing.length === 0 || process.env["CI"] !== undefined;
/** For the name of what is skipped. */
export const WHY_NO_PROXIES = HAS_PROXIES ? "" : ` (not on this machine: ${missing.join(", ")})`;

/** The configuration as the docs have it, but for the changes asked for, each of which must change something. */
export function readSnippet(name: ProxyName, changes: readonly (readonly [string, string])[] = []): string {
  const fence = new RegExp(`^\`\`\`${PROXIES[name].language}\n([^]*?)^\`\`\``, "gm");
  const [found, ...others] = [...PAGE.matchAll(fence)].map(([, snippet = ""]) => snippet);
  if (found === undefined || others.length > 0) throw new Error(`The docs have one snippet for ${name}`);
  return replaceAll(found, changes);
}

/** Starts the real program on loopback, not as root, with this configuration, in front of the server on `serverPort`; the folder is its own. */
export async function startProxy(
  name: ProxyName,
  snippet: string,
  serverPort: number,
  folder: string,
): Promise<Proxy> {
  const program = findProxy(name);
  if (!program) throw new Error(`${name} is not on this machine`);
  const place = { folder, port: await findFreePort() };
  const plan: ProxyPlan = PROXIES[name];
  const args = plan.prepare(replaceAll(snippet, [["127.0.0.1:4141", `127.0.0.1:${serverPort}`]]), place);
  giveToOtherUser(folder);
  const child = spawn(program, args, {
    ...OTHER_USER,
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", HOME: folder, XDG_DATA_HOME: join(folder, "data") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  }
  const ended = once(child, "close");
  const stop = async () => {
    // Caddy would wait for what clients have left open; nginx could not end its workers.
    child.kill(name === "caddy" ? "SIGKILL" : "SIGTERM");
    await ended;
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${said}`);
    try {
      const ca = plan.ca(place);
      const { status } = await send({ port: place.port, ca }, { path: "/health/live" });
      if (status === 200) return { port: place.port, ca, stop };
    } catch {
      // It does not listen yet.
    }
    await delay(20);
  }
}

function replaceAll(text: string, changes: readonly (readonly [string, string])[]): string {
  let changed = text;
  for (const [from, to] of changes) {
    if (!changed.includes(from)) throw new Error(`The docs' configuration has no '${from}'`);
    changed = changed.replaceAll(from, to);
  }
  return changed;
}

function writeCertificate(folder: string): void {
  const what = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${SERVER_NAME}`;
  const names = ["-addext", `subjectAltName=DNS:${SERVER_NAME}`];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")];
  execFileSync("openssl", [...what.split(" "), ...names, ...files], { stdio: ["ignore", "ignore", "pipe"] });
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port");
  return address.port;
}
