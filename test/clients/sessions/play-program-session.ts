import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "vitest";

import type { RecordedRequest } from "../../../src/demo/recorded-request.ts";
import { makeFolder } from "../../integration/start-turnpike.ts";
import { conversationOf, toolNamesOf } from "../../upstream/read-request.ts";
import type { Program } from "../find-program.ts";
import { nameOf, type SessionCase } from "./play-session.ts";
import { ANSWERS, EXCUSE, playProgramRounds, PROMPTS, roundOf } from "./program-rounds.ts";
import type { ProgramClient } from "./program-session.ts";
import { ACCOUNTS } from "./session-accounts.ts";
import { isOf, markOf } from "./session-model.ts";
import type { SessionStage } from "./session-stage.ts";
import type { SessionPlace } from "./session.ts";
import { startDemandingRelay } from "./start-demanding-relay.ts";

export interface ProgramCase extends SessionCase {
  readonly account: keyof typeof ACCOUNTS;
}

/** Plays a program's session to its end and looks at what its user is left with, and at what it took. */
export async function playProgramSession(
  stage: SessionStage,
  client: ProgramClient,
  program: Program,
  { model, silence, account }: ProgramCase,
  onEnd: SessionPlace["onEnd"],
): Promise<void> {
  const { turnpike, scripts } = stage;
  const name = nameOf(client.name, { model, silence });
  const folder = await makeFolder(onEnd);
  const file = join(folder, "notes.txt");
  scripts.set(name, playProgramRounds(client.write(file, "alpha"), silence, ACCOUNTS[account]));
  const apiKey = stage.apiKeyOf(name);
  const url = await startDemandingRelay(turnpike.url, client.toolChoice, onEnd);
  const session = await client.open(program, { url, apiKey, model: model.id, folder, onEnd });

  for (const [round, prompt] of PROMPTS.entries()) {
    const before = stage.requestsOf(name).length;
    const end = await session.say(`${prompt} ${markOf(name)}`);
    const lines = stage.requestsOf(name).slice(before);

    // What the user sees.
    const answer = ANSWERS[round];
    expect(end.isGood, end.shown).toBe(answer !== undefined);
    if (answer === undefined) expect(end.shown).toMatch(ACCOUNTS[account].told);
    else expect(end.answer).toContain(answer);
    expect(end.shown).not.toContain(EXCUSE);
    expect(end.strangers).toEqual([]);

    // What the server was asked, and had to refuse. Where the machine is slow a program loses patience, and asks again.
    const errors = lines.flatMap(({ errorKind }) => errorKind ?? []).filter((kind) => kind !== "cancelled");
    if (answer !== undefined) {
      expect(errors, JSON.stringify(lines)).toEqual([]);
    } else {
      expect(new Set(errors).size).toBe(1);
      expect(errors.length, JSON.stringify(lines)).toBeLessThanOrEqual(client.triesAtLimit);
    }
    const isLeftOut = lines.some(({ ignored = [] }) => ignored.includes("temperature"));
    expect(isLeftOut).toBe(client.temperature !== undefined);
  }
  expect(await readFile(file, "utf8")).toBe("alpha\n");

  // What the model was asked: each round once, the second one again after the 429, and nothing that it refuses.
  const requests = turnpike.upstream.requests.filter((request) => isOf(request, name));
  expect(requests.flatMap(({ rejection }) => rejection ?? [])).toEqual([]);
  const working = requests.filter(({ body }) => (body.tools ?? []).length > 0);
  expect(new Set(working.map(({ body }) => body.model))).toEqual(new Set([model.realId]));
  const answered = requests.filter((request) => [0, 1, 3].includes(roundOf(request) ?? -1));
  expect(answered.map(roundOf)).toEqual([0, 0, 0, 1, 1, 3]);

  // Every model of these sessions refuses forced tools: it is told in words, and then once more.
  const call = client.write(file, "alpha");
  const demanded = call.type === "tool_use" ? call.name : "no tool";
  for (const request of answered.slice(0, 2)) {
    expect(toolNamesOf(request)).toEqual([demanded]);
    expect(lastWordsOf(request)).toContain(`must call the tool ${demanded}`);
  }
  for (const request of answered.slice(2)) expect(toolNamesOf(request).length).toBeGreaterThan(1);

  // The last round comes with the memory of all of them.
  const [written, took] = ANSWERS;
  const unanswered = client.forgetsUnanswered ? [] : [PROMPTS[2]];
  expect(answered.slice(-1).map(memoryOf)).toEqual([
    [PROMPTS[0], "tool_use", "tool_result", written, PROMPTS[1], took, ...unanswered, PROMPTS[3]],
  ]);
}

function lastWordsOf(request: RecordedRequest): string {
  return JSON.stringify(conversationOf(request).at(-1));
}

/** What the model was told of the rounds, in order. */
function memoryOf(request: RecordedRequest): string[] {
  const words = [...PROMPTS, ...ANSWERS.filter((answer) => answer !== undefined)];
  const blocks = conversationOf(request).flatMap(({ content }) =>
    typeof content === "string" ? [{ type: "text", text: content }] : content,
  );
  return blocks.flatMap((block) => {
    if (block.type !== "text") return block.type === "thinking" ? [] : [block.type];
    return words.filter((word) => String(block["text"]).includes(word));
  });
}
