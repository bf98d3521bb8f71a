import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import { runProgram } from "../../src/cli/turnpike.ts";
import { FakeContext } from "./fake-context.ts";

/** Somebody with a home folder of the test's own and a key of the machine's server, who connects clients. */
export class ConnectingPerson {
  readonly home: string;
  readonly fake: FakeContext;

  constructor(key: string) {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-")));
    this.fake = new FakeContext(this.home);
    this.write(".local/share/turnpike/api-key", `${key}\n`);
    onTestFinished(() => rmSync(this.home, { recursive: true }));
  }

  async connect(...args: readonly string[]): Promise<number> {
    this.fake.printed.length = 0;
    this.fake.errors.length = 0;
    // Copies of what was there are named after the time.
    this.fake.now += 1000;
    return runProgram(["connect", ...args], this.fake.context);
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(join(this.home, name)), { recursive: true });
    writeFileSync(join(this.home, name), content);
  }

  read(name: string): string {
    return readFileSync(join(this.home, name), "utf8");
  }

  get shown(): string {
    return [...this.fake.printed, ...this.fake.errors].join("\n");
  }
}
