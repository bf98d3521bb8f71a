import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  generateText,
  stepCountIs,
  streamText,
  tool,
  type LanguageModel,
  type PrepareStepFunction,
  type ToolSet,
} from "ai";

import { NOTE_TOOLS, noteRounds, TEMPERATURE } from "./note-tools.ts";
import type { SessionClient, SessionPlace } from "./session.ts";

/** The AI SDK by one of its providers: Chat Completions, or Responses. */
export function aiSdkSession(
  provider: "@ai-sdk/openai-compatible" | "@ai-sdk/openai",
  way: "generateText" | "streamText",
): SessionClient {
  return {
    name: `${provider}-${way}`,
    rounds: noteRounds,
    sideRequests: 0,
    temperature: TEMPERATURE,
    forcesTools: true,
    // By Responses it shows thinking of models only whose names it knows.
    ...(provider === "@ai-sdk/openai" && { hidesThinking: true }),
    async play(place) {
      const settings = {
        model: createModel(provider, place),
        prompt: place.prompt,
        temperature: TEMPERATURE,
        tools,
        stopWhen: stepCountIs(8),
        prepareStep,
      };
      const result = way === "generateText" ? await generateText(settings) : streamText(settings);
      const steps = await result.steps;
      const parts = steps.flatMap((step) => step.content);
      const remarks = parts.map((part) => ("text" in part && typeof part.text === "string" ? part.text : ""));
      const errors = parts.filter((part) => part.type === "tool-error");
      const warnings = steps.flatMap((step) => step.warnings ?? []);
      return {
        answer: steps.at(-1)?.text ?? "",
        remarks: remarks.join(""),
        problems: [...errors, ...warnings].map((problem) => JSON.stringify(problem)),
      };
    },
  };
}

const tools: ToolSet = Object.fromEntries(
  NOTE_TOOLS.map(({ name, description, schema, run }) => [
    name,
    // Proof: all of a note tool's fields are texts.
    tool({ description, inputSchema: schema, execute: (input) => run(input as Record<string, string>) }),
  ]),
);

const prepareStep: PrepareStepFunction<ToolSet> = ({ stepNumber }) => {
  if (stepNumber === 0) return { toolChoice: { type: "tool", toolName: "write_file" } };
  return { toolChoice: stepNumber === 1 ? "required" : "auto" };
};

function createModel(provider: string, { url, apiKey, model }: SessionPlace): LanguageModel {
  const baseURL = `${url}/v1`;
  if (provider === "@ai-sdk/openai") return createOpenAI({ baseURL, apiKey })(model);
  return createOpenAICompatible({ name: "turnpike", baseURL, apiKey, includeUsage: true })(model);
}
