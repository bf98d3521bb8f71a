import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, matchesGlob, posix } from "node:path";
import { promisify } from "node:util";

import { fillIn, type Instruction, readDockerfile, readPairs, type Stage } from "./read-dockerfile.ts";

/** A root with what a container made of it is to know. */
export interface Image {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workingFolder: string;
  readonly entrypoint: readonly string[];
  readonly healthCommand: readonly string[];
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
}

type Draft = { -readonly [Key in keyof Image]: Image[Key] } & { readonly arguments: Record<string, string> };

export interface ImagePlan {
  /** With Dockerfile and .dockerignore. */
  readonly context: string;
  /** A root of what the stages are made from. */
  readonly base: string;
  /** Where the roots are made. */
  readonly folder: string;
  /** `--build-arg` */
  readonly buildArguments?: Readonly<Record<string, string>>;
}

/**
 * Follows a Dockerfile's steps without Docker, as root: each stage's root is a copy of `base`, each `RUN` a chroot in it. Stages are
 * built beside each other, as BuildKit does it, until one copies from another.
 */
export async function buildImage({ context, base, folder, buildArguments = {} }: ImagePlan): Promise<Image> {
  const stages = readDockerfile(readFileSync(join(context, "Dockerfile"), "utf8"));
  const sent = join(folder, "context");
  sendContext(context, sent);
  const built = new Map<string, Promise<Draft>>();
  const drafts = stages.map((stage, index) => {
    const root = join(folder, `stage-${index}`);
    const surroundings = { rootOf, context: sent, buildArguments };
    // A stage names only those before it.
    const draft = cloneBase(base, root).then(() => buildStage(stage, root, surroundings));
    built.set(stage.name ?? String(index), draft);
    return draft;
  });
  async function rootOf(name: string): Promise<string> {
    const draft = built.get(name);
    if (!draft) throw new Error(`COPY: there is no stage ${name}`);
    return (await draft).root;
  }
  // Also after a failure nothing goes on in a root.
  await Promise.allSettled(drafts);
  const last = await drafts.at(-1);
  if (!last) throw new Error("A Dockerfile has a stage");
  return last;
}

async function cloneBase(base: string, root: string): Promise<void> {
  await promisify(execFile)("cp", ["-a", "--reflink=auto", base, root]);
}

interface Surroundings {
  /** The root of a stage, once it is built. */
  readonly rootOf: (stage: string) => Promise<string>;
  readonly context: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

async function buildStage(stage: Stage, root: string, surroundings: Surroundings): Promise<Draft> {
  const draft: Draft = {
    root,
    environment: { PATH },
    user: "root",
    workingFolder: "/",
    entrypoint: [],
    healthCommand: [],
    volumes: [],
    ports: [],
    arguments: {},
  };
  for (const instruction of stage.instructions) await follow(instruction, draft, surroundings);
  return draft;
}

async function follow(instruction: Instruction, draft: Draft, surroundings: Surroundings): Promise<void> {
  const { name, text, words } = instruction;
  const variables = { ...draft.arguments, ...draft.environment };
  switch (name) {
    case "ARG":
      for (const [key, value = ""] of readPairs(text)) {
        draft.arguments[key] = surroundings.buildArguments[key] ?? fillIn(value, variables);
      }
      return;
    case "ENV": {
      const pairs = readPairs(text).map(([key, value = ""]) => [key, fillIn(value, variables)] as const);
      draft.environment = { ...draft.environment, ...Object.fromEntries(pairs) };
      return;
    }
    case "WORKDIR":
      draft.workingFolder = posix.resolve(draft.workingFolder, fillIn(text, variables));
      mkdirSync(join(draft.root, draft.workingFolder), { recursive: true });
      return;
    case "USER":
      draft.user = fillIn(text, variables);
      return;
    case "COPY":
      return copy(instruction, draft, surroundings);
    case "RUN":
      return runInRoot(text, draft, variables);
    case "VOLUME":
      draft.volumes = [...draft.volumes, ...words];
      return;
    case "EXPOSE":
      draft.ports = [...draft.ports, ...words];
      return;
    case "HEALTHCHECK": {
      const [, list] = /^CMD\s+(\[.*\])$/.exec(text) ?? [];
      if (list === undefined)
        throw new Error(`Line ${instruction.line}: a health check without a shell is expected`);
      draft.healthCommand = JSON.parse(list) as readonly string[];
      return;
    }
    case "ENTRYPOINT":
      if (!instruction.isExec)
        throw new Error(`Line ${instruction.line}: an entry point without a shell is expected`);
      draft.entrypoint = words;
      return;
    default:
      throw new Error(`Line ${instruction.line}: ${name} is not known here`);
  }
}

/** A folder gives what is in it; several sources, or a target that ends in a slash, go into the target. */
async function copy(
  { flags, words }: Instruction,
  draft: Draft,
  { rootOf, context }: Surroundings,
): Promise<void> {
  const { from, ...others } = flags;
  if (Object.keys(others).length > 0)
    throw new Error(`COPY: ${Object.keys(others).join()} is not known here`);
  const source = from === undefined ? context : await rootOf(from);
  const target = words.at(-1) ?? "";
  const isInto = target.endsWith("/") || words.length > 2;
  const place = join(draft.root, posix.resolve(draft.workingFolder, target));
  for (const word of words.slice(0, -1)) {
    const path = join(source, word);
    const isFolder = statSync(path).isDirectory();
    const to = isInto && !isFolder ? join(place, basename(word)) : place;
    mkdirSync(isFolder ? to : dirname(to), { recursive: true });
    await promisify(execFile)("cp", ["-a", "--reflink=auto", isFolder ? `${path}/.` : path, to]);
  }
}

/**
 * With the way to the package registries that this machine has: its authorities, its npm cache. None of that stays in the root, since
 * it lies in a /run of its own.
 */
async function runInRoot(
  command: string,
  draft: Draft,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  if (draft.user !== "root") throw new Error("A RUN of another user is not known here");
  const script = `
    mount -t proc proc "$ROOT/proc"
    mount --rbind /dev "$ROOT/dev"
    mount -t tmpfs tmpfs "$ROOT/run"
    mkdir "$ROOT/run/machine" "$ROOT/run/machine/npm"
    cp "$AUTHORITIES" "$ROOT/run/machine/authorities.pem"
    mount --bind "$NPM_CACHE" "$ROOT/run/machine/npm"
    exec chroot "$ROOT" env -u ROOT -u AUTHORITIES -u NPM_CACHE --chdir="$FOLDER" /bin/sh -c "$COMMAND"`;
  const [registry, cache] = await Promise.all(["registry", "cache"].map(readNpmSetting));
  if (!registry || !cache) throw new Error("npm has both settings");
  mkdirSync(cache, { recursive: true });
  copyNames(draft.root);
  const child = spawn("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", script], {
    env: {
      ...variables,
      ROOT: draft.root,
      FOLDER: draft.workingFolder,
      COMMAND: command,
      AUTHORITIES: process.env["NODE_EXTRA_CA_CERTS"] ?? "/etc/ssl/certs/ca-certificates.crt",
      NPM_CACHE: cache,
      NODE_EXTRA_CA_CERTS: "/run/machine/authorities.pem",
      npm_config_cafile: "/run/machine/authorities.pem",
      npm_config_cache: "/run/machine/npm",
      npm_config_prefer_offline: "true",
      npm_config_registry: registry,
      DEBIAN_FRONTEND: "noninteractive",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  }
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`RUN ${command} ended with ${code}:\n${said}`);
}

async function readNpmSetting(name: string): Promise<string> {
  return (await promisify(execFile)("npm", ["config", "get", name])).stdout.trim();
}

/** How names are found, as Docker lends it. */
function copyNames(root: string): void {
  if (existsSync("/etc/resolv.conf")) {
    writeFileSync(join(root, "etc/resolv.conf"), readFileSync("/etc/resolv.conf"));
  }
}

/** What `.dockerignore` leaves of the context. The last pattern that fits a path, or a folder that it is in, decides. */
function sendContext(context: string, to: string): void {
  const patterns = readFileSync(join(context, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isKept: line.startsWith("!"), glob: line.replace(/^!/, "") }));
  for (const entry of readdirSync(context, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name).slice(context.length + 1);
    const folders = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
    const last = patterns.findLast(({ glob }) => folders.some((folder) => matchesGlob(folder, glob)));
    if (last && !last.isKept) continue;
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(context, path), join(to, path));
  }
}
