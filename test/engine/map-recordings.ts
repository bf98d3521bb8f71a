import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";

import { type EngineEvent, isTerminalEvent } from "../../src/core/words/turn-event.ts";
import { TurnMapper } from "../../src/engines/claude/turn-mapper.ts";

const FOLDER = join(import.meta.dirname, "../../src/engines/claude/recordings");

/** What Claude Code said in a turn of this kind; see test/contract/record-turns.ts. */
export function recording(name: string): SDKMessage[] {
  const file = join(FOLDER, `${name}.events.jsonl`);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  // Proof for the cast: the recorder wrote the SDK's own messages.
  return lines.map((line) => JSON.parse(line) as SDKMessage);
}

/** A message of which only this matters. */
export function message(fields: Readonly<Record<string, unknown>>): SDKMessage {
  // Proof for the cast: the mapper reads nothing else of such a message.
  return fields as unknown as SDKMessage;
}

const CLIENT_TOOLS: ReadonlySet<string> = new Set(["look", "see"]);

/** A mapper for the first turn of a process whose client has the tools above. */
export function newMapper(changes: Partial<ConstructorParameters<typeof TurnMapper>[0]> = {}): TurnMapper {
  return new TurnMapper({
    costBeforeUsd: 0,
    isClientTool: (name) => CLIENT_TOOLS.has(name),
    isContinued: false,
    workspace: "/work",
    failures: {
      clock: () => 1_000_000,
      privateNames: () => [],
      asksAgain: true,
      hasKey: false,
      said: () => [],
      onFailure: () => {},
    },
    ...changes,
  });
}

/** The events up to the terminal one, as the session takes them, without those that only say that there is life. */
export function mapAll(messages: readonly SDKMessage[], mapper = newMapper()): EngineEvent[] {
  const events: EngineEvent[] = [];
  for (const one of messages) {
    for (const event of mapper.map(one)) {
      if (event.type === "progress") continue;
      events.push(event);
      if (isTerminalEvent(event)) return events;
    }
  }
  return events;
}

export const mapRecording = (name: string) => mapAll(recording(name));

export const textOf = (events: readonly EngineEvent[]) =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
export const transcriptOf = (events: readonly EngineEvent[]) =>
  events.flatMap((event) => (event.type === "transcript-append" ? [event.entry] : []));
