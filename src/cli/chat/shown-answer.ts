import { randomBytes } from "node:crypto";

import { PACKAGE_VERSION } from "../../config/package-version.ts";
import { delay } from "../../lib/time.ts";
import type { RunEventBody } from "../../protocols/admin/format-run-event.ts";
import type { RunBody, RunListBody } from "../../protocols/admin/format-run.ts";
import { ControlError, messageOf, readAnswer } from "../daemon/control-client.ts";
import { readServerEvents } from "../daemon/read-server-events.ts";
import { RunPrinter } from "../daemon/run-printer.ts";
import type { Terminal } from "../terminal.ts";
import type { ChatServer } from "./open-chat-server.ts";

export interface ShownAnswerParts {
  readonly server: Pick<ChatServer, "client" | "asksHere" | "askAbout">;
  readonly model: string;
  readonly conversation: string;
  readonly text: string;
  readonly terminal: Pick<Terminal, "print" | "printPart" | "showStatus">;
}

/** One message of the chat. What is shown are the events of its turn, with all that Claude Code does. */
export class ShownAnswer {
  readonly #parts: ShownAnswerParts;
  /** By this the turn is found among those of the server. */
  readonly #name = `turnpike-chat/${PACKAGE_VERSION} ${randomBytes(6).toString("hex")}`;
  readonly #abort = new AbortController();

  constructor(parts: ShownAnswerParts) {
    this.#parts = parts;
  }

  /** As a client that leaves. */
  cancel(): void {
    this.#abort.abort();
  }

  /**
   * False when the turn failed or was cancelled.
   * @throws ControlError when the request is refused; NoAnswerError when the server is gone
   */
  async run(): Promise<boolean> {
    const { terminal } = this.#parts;
    terminal.showStatus("Waiting …");
    const answer = this.#ask();
    // Whatever it is, it is looked at below.
    answer.catch(() => {});
    let isOver = false;
    void answer.finally(() => (isOver = true)).catch(() => {});
    const id = await this.#findRun(() => isOver);
    if (id !== undefined) this.#parts.server.askAbout(id);
    terminal.showStatus();
    const shown = id === undefined ? undefined : await this.#show(id);
    try {
      const text = await answer;
      // It was over before anybody could follow it.
      if (shown?.isLate) terminal.print(...text.split(/\r?\n/));
    } catch (error) {
      // The person has cancelled it, or has seen why it failed.
      if (!this.#abort.signal.aborted && (shown === undefined || shown.isLate)) throw error;
      return false;
    }
    return shown?.state === "completed";
  }

  /** The text of the answer. */
  async #ask(): Promise<string> {
    const { server, model, conversation, text } = this.#parts;
    const body = { model, messages: [{ role: "user", content: text }] };
    const response = await server.client.open("POST", "/v1/chat/completions", body, {
      headers: { "x-conversation-id": conversation, "user-agent": this.#name },
      patienceMs: 0,
      signal: this.#abort.signal,
    });
    const answer = await readAnswer(response);
    const status = response.statusCode ?? 0;
    if (status >= 400) throw new ControlError(status, messageOf(answer));
    // Proof for the cast: a route of the same program has answered.
    return (answer as ChatBody).choices[0]?.message.content ?? "";
  }

  /** The id of the turn; undefined when the request has ended without one. */
  async #findRun(isOver: () => boolean): Promise<string | undefined> {
    for (;;) {
      const wasOver = isOver();
      const { data } = await this.#parts.server.client.get<RunListBody>("/admin/api/runs");
      const found = data.find(({ client }) => client === this.#name);
      if (found) return found.id;
      if (wasOver) return undefined;
      await delay(POLL_MS);
    }
  }

  async #show(id: string): Promise<{ readonly state?: RunBody["state"]; readonly isLate?: true }> {
    const { server, terminal } = this.#parts;
    const printer = new RunPrinter(terminal);
    const response = await server.client.open("GET", `/admin/api/runs/${id}/events`);
    let end: RunBody["state"] | undefined;
    try {
      for await (const event of readServerEvents(response)) {
        // Proof for the cast: the server is of the same program.
        const body = event as RunEventBody;
        if (body.type === "run" && body.run.ended_at !== null) return { state: body.run.state, isLate: true };
        // The person knows what the turn is.
        if (body.type === "run" || body.type === "run.started") continue;
        // That is asked by itself.
        if (server.asksHere && body.type === "approval.requested") continue;
        if (body.type === "run.ended") end = body.state;
        printer.print(body);
      }
    } finally {
      printer.end();
    }
    return end === undefined ? {} : { state: end };
  }
}

const POLL_MS = 30;

interface ChatBody {
  readonly choices: readonly { readonly message: { readonly content: string | null } }[];
}
