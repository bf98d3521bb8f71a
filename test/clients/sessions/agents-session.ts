import { Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, tool } from "@openai/agents";
import OpenAI from "openai";

import { NOTE_TOOLS, noteRounds, TEMPERATURE } from "./note-tools.ts";
import type { SessionClient } from "./session.ts";

/** `@openai/agents`. It asks for the tool by its name in the first round only: it goes on freely when that was called. */
export function agentsSession(api: "chat" | "responses"): SessionClient {
  return {
    name: `agents-${api}`,
    rounds: noteRounds,
    sideRequests: 0,
    temperature: TEMPERATURE,
    forcesTools: true,
    async play({ url, apiKey, model, prompt }) {
      const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey });
      const agent = new Agent({
        name: "Notes",
        model:
          api === "chat"
            ? new OpenAIChatCompletionsModel(openai, model)
            : new OpenAIResponsesModel(openai, model),
        modelSettings: { temperature: TEMPERATURE, toolChoice: "write_file" },
        tools,
      });
      // Nothing of a run is reported to OpenAI.
      const runner = new Runner({ tracingDisabled: true });
      if (api === "chat") {
        const { finalOutput } = await runner.run(agent, prompt);
        return { answer: finalOutput ?? "", problems: [] };
      }
      const result = await runner.run(agent, prompt, { stream: true });
      await result.completed;
      return { answer: result.finalOutput ?? "", problems: [] };
    },
  };
}

const tools = NOTE_TOOLS.map(({ name, description, schema, run }) =>
  tool({
    name,
    description,
    parameters: schema,
    // Proof: all of a note tool's fields are texts.
    execute: (input) => run(input as Record<string, string>),
    // A call that fails is a problem of the session, not something to tell the model.
    errorFunction: null,
  }),
);
