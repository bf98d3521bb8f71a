import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";

import { NOTE_TOOLS, noteRounds, TEMPERATURE } from "./note-tools.ts";
import type { SessionClient } from "./session.ts";

/** LangChain by Chat Completions, whole, or by Responses, as a stream. */
export function langchainSession(api: "chat" | "responses"): SessionClient {
  return {
    name: `langchain-${api}`,
    rounds: noteRounds,
    sideRequests: 0,
    temperature: TEMPERATURE,
    forcesTools: true,
    async play({ url, apiKey, model, prompt }) {
      const chat = new ChatOpenAI({
        model,
        apiKey,
        temperature: TEMPERATURE,
        useResponsesApi: api === "responses",
        configuration: { baseURL: `${url}/v1` },
      });
      const messages: BaseMessage[] = [new HumanMessage(prompt)];
      for (let round = 0; round < 8; round += 1) {
        const bound = chat.bindTools(tools, { tool_choice: CHOICES[round] ?? "auto" });
        const message =
          api === "chat"
            ? await bound.invoke(messages)
            : (await Array.fromAsync(await bound.stream(messages))).reduce((left, right) =>
                left.concat(right),
              );
        messages.push(message);
        const calls = message.tool_calls ?? [];
        if (calls.length === 0) return { answer: message.text, problems: [] };
        for (const call of calls) {
          const called = tools.find(({ name }) => name === call.name);
          if (!called) throw new Error(`There is no tool ${call.name}`);
          messages.push(await called.invoke({ ...call, type: "tool_call" }));
        }
      }
      return { answer: "", problems: ["It called tools without an end"] };
    },
  };
}

const CHOICES: readonly string[] = ["write_file", "required"];

const tools = NOTE_TOOLS.map(({ name, description, schema, run }) =>
  // Proof: all of a note tool's fields are texts.
  tool((input) => run(input as Record<string, string>), { name, description, schema }),
);
