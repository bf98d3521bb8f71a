import { type ScriptedModel, startScriptedModel } from "../../src/demo/scripted-model.ts";
import type { Home } from "./open-home.ts";
import type { TerminalRun } from "./terminal-run.ts";

const KEY = "tp-pictures";

export interface ScriptedServer {
  readonly server: TerminalRun;
  readonly model: ScriptedModel;
  /** A chat completion; gives the message of the answer, if there is one. */
  ask(model: string, messages: readonly object[]): Promise<object>;
  close(): Promise<void>;
}

/** Turnpike as with an account; what the model answers is scripted. */
export async function serveScripted(home: Home, columns?: number): Promise<ScriptedServer> {
  const model = await startScriptedModel();
  const server = home.run([], {
    ...(columns !== undefined && { columns }),
    environment: {
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "sk-ant-sample",
      TURNPIKE_API_KEY: KEY,
    },
  });
  await server.untilShows(/Claude Code is ready/);
  const [, url = ""] = await server.untilShows(/Base URL +(http:\S+)/);
  return {
    server,
    model,
    async ask(id, messages) {
      const response = await fetch(`${url}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
        body: JSON.stringify({ model: id, messages }),
      });
      // Proof for the cast: this much of a chat completion is certain, and an error has no choices.
      const body = (await response.json()) as { choices?: readonly { message: object }[] };
      return body.choices?.[0]?.message ?? {};
    },
    async close() {
      await server.stop();
      await model.close();
    },
  };
}
