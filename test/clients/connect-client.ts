import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { expect } from "vitest";

import { runProgram } from "../../src/cli/turnpike.ts";
import { FakeContext } from "../cli/fake-context.ts";

export interface ConnectOptions {
  /** Of the server, without `/v1`. */
  readonly url: string;
  /** Kept in the data folder as a server does. */
  readonly apiKey: string;
  /** The person's, and also where the command runs. */
  readonly home: string;
  /** Of the person, such as where the client has its settings. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Files that the person has already, by their path below the home folder. */
  readonly existing?: Readonly<Record<string, string>>;
}

/** What `turnpike connect … --json` tells. */
export interface Connected {
  readonly client: string;
  readonly models: readonly string[];
  readonly server: string;
  readonly files: readonly {
    readonly path: string;
    readonly state: "new" | "changed" | "unchanged";
    readonly written: boolean;
    readonly holdsKey: boolean;
    readonly backup: string | null;
  }[];
  readonly steps: readonly string[];
  readonly start: readonly string[];
  readonly key: string;
}

/** Connects a client with the server as the person who owns the home folder, and expects that a second time changes nothing. */
export async function connectClient(
  client: string,
  options: ConnectOptions,
  flags: readonly string[] = [],
): Promise<Connected> {
  const environment = await preparePerson(options);
  const connect = async (): Promise<Connected> => {
    const person = new FakeContext(options.home);
    person.environment = environment;
    const args = ["connect", client, "--yes", "--json", "--url", options.url, ...flags];
    const code = await runProgram(args, person.context);
    expect(code, person.errors.join("\n")).toBe(0);
    return JSON.parse(person.printed.join("\n"));
  };
  const connected = await connect();
  expect((await connect()).files.filter(({ state }) => state !== "unchanged")).toEqual([]);
  return connected;
}

/** Puts what a person has into the home folder; resolves with the person's variables. */
export async function preparePerson({
  home,
  apiKey,
  environment,
  existing = {},
}: Omit<ConnectOptions, "url">): Promise<Record<string, string>> {
  const dataDir = join(home, "turnpike-data");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, "api-key"), `${apiKey}\n`, { mode: 0o600 });
  for (const [name, content] of Object.entries(existing)) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), content);
  }
  return { HOME: home, TURNPIKE_DATA_DIR: dataDir, ...environment };
}
