import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "vitest";
import * as zod from "zod";

import type { RecordedRequest } from "../../../src/demo/recorded-request.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { listConversations } from "../list-conversations.ts";
import { toolRoundsOf } from "../tool-rounds.ts";
import { ANSWER, isOf, markOf, playRoundsSlowly, remarkOf, type Silence } from "./session-model.ts";
import type { SessionModel } from "./session-models.ts";
import type { SessionStage } from "./session-stage.ts";
import type { SessionClient, SessionPlace } from "./session.ts";

export interface SessionCase {
  readonly model: SessionModel;
  readonly silence: Silence;
}

/** Two sessions of one stage never have the same. */
export function nameOf(client: string, { model }: SessionCase): string {
  return `${client} ${model.id}`.replaceAll(/[^a-z0-9]+/gi, "-");
}

/** Plays a session to its end and looks at what its user is left with, and at what it took. */
export async function playSession(
  stage: SessionStage,
  client: SessionClient,
  { model, silence }: SessionCase,
  onEnd: SessionPlace["onEnd"],
): Promise<void> {
  const { turnpike, scripts } = stage;
  const name = nameOf(client.name, { model, silence });
  const folder = await makeFolder(onEnd);
  const file = join(folder, "notes.txt");
  const rounds = client.rounds(file, model.id);
  scripts.set(name, playRoundsSlowly(rounds, silence));
  const apiKey = stage.apiKeyOf(name);

  const end = await client.play({
    url: turnpike.url,
    apiKey,
    model: model.id,
    prompt: `Make notes in ${file}. ${markOf(name)}`,
    folder,
    onEnd,
  });

  // What the user sees.
  expect(end.problems).toEqual([]);
  expect(end.answer).toContain(ANSWER);
  const isHidden = client.hidesThinking && model.thinksBetweenCalls;
  for (const round of end.remarks === undefined ? [] : rounds.keys()) {
    // Before the first call it is text from every model.
    if (round === 0 || !isHidden) expect(end.remarks).toContain(remarkOf(round));
  }

  // What the model was asked: each round once, the second one again after the 429, and nothing that it refuses.
  const requests = turnpike.upstream.requests.filter((request) => isOf(request, name));
  expect(requests.flatMap(({ rejection }) => rejection ?? [])).toEqual([]);
  const [asked, beside] = [requests.filter(hasTools), requests.filter((request) => !hasTools(request))];
  expect(asked.map((request) => toolRoundsOf(request).length)).toEqual([0, 1, 1, 2, 3, 4]);
  expect(beside).toHaveLength(client.sideRequests);
  expect(new Set(requests.map(({ body }) => body.model))).toEqual(new Set([model.realId]));
  const seen = asked.slice(-1).flatMap(toolRoundsOf);
  const expected = rounds.map((blocks) => blocks.map((block) => block.type === "tool_use" && block.name));
  expect(seen.map((calls) => calls.map((call) => call.name))).toEqual(expected);
  expect(await readFile(file, "utf8"), JSON.stringify(seen)).toBe("omega\n");
  expect(seen.at(-1)?.at(-1)?.output).toContain("omega");
  const temperature = model.takesTemperature ? client.temperature : undefined;
  for (const { body } of asked) expect(body["temperature"]).toBe(temperature);

  if (client.forcesTools)
    expect(asked.map(forcedTool).slice(0, 1)).toEqual([model.takesForcedTools ? "write_file" : undefined]);

  // What the server was asked: nothing twice.
  const lines = stage.requestsOf(name);
  expect(lines.filter(({ errorKind }) => errorKind !== undefined)).toEqual([]);
  expect(lines).toHaveLength(rounds.length + 1 + client.sideRequests);
  const isLeftOut = client.temperature !== undefined && !model.takesTemperature;
  // Requests besides may have no temperature.
  const told = lines.filter(({ ignored = [] }) => ignored.includes("temperature")).length;
  if (isLeftOut) expect(told).toBeGreaterThanOrEqual(rounds.length + 1);
  else expect(told).toBe(0);
  const headers = { authorization: `Bearer ${apiKey}` };
  const own = { fetch: (path: string) => turnpike.fetch(path, { headers }) };
  const conversation = (await listConversations(own)).find(({ placements }) => placements.length > 1);
  expect(conversation).toMatchObject({
    placements: [expect.any(String), "hot", "hot", "hot", "hot"],
    statuses: rounds.concat([[]]).map(() => "completed"),
  });
}

/** The tool that the model must call. */
function forcedTool({ body }: RecordedRequest): unknown {
  const choice = zod
    .looseObject({ type: zod.string(), name: zod.optional(zod.string()) })
    .safeParse(body["tool_choice"]);
  return choice.data?.type === "auto" ? undefined : (choice.data?.name ?? choice.data?.type);
}

function hasTools({ body }: RecordedRequest): boolean {
  return (body.tools ?? []).length > 0;
}
