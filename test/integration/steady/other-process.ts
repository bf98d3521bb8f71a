import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { delay } from "../../../src/lib/time.ts";

/** A program of this folder that takes one request at a time and answers each. */
export class OtherProcess<Request extends object, Answer> {
  readonly #child: ReturnType<typeof fork>;

  private constructor(child: ReturnType<typeof fork>) {
    this.#child = child;
  }

  static async start<Request extends object, Answer>(
    program: string,
  ): Promise<OtherProcess<Request, Answer>> {
    const child = fork(join(import.meta.dirname, program), { execArgv: [], stdio: ["ignore", 2, 2, "ipc"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "message");
    return new OtherProcess(child);
  }

  async ask(request: Request): Promise<Answer> {
    const answer = once(this.#child, "message");
    this.#child.send(request);
    const gone = new AbortController();
    try {
      const [message] = await Promise.race([answer, rejectLate(gone.signal)]);
      // Proof: the programs of this folder answer so.
      return message as Answer;
    } finally {
      gone.abort();
    }
  }
}

async function rejectLate(signal: AbortSignal): Promise<never> {
  await delay(60_000, signal);
  throw new Error("A program beside the test does not answer.");
}
