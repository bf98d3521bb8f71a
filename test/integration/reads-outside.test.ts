import { join } from "node:path";

import { expect, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { denyAll } from "./approve.ts";
import { commandForms, CONTROL, INSIDE_COMMANDS, pathForms, plantOutside, SECRET } from "./outside-forms.ts";
import { makeFolder, startTurnpike, type Turnpike } from "./start-turnpike.ts";

type Call = ReturnType<typeof toolUse>;

const bash = (command: string) => toolUse("Bash", { command, description: "Look" });
const read = (file_path: string) => toolUse("Read", { file_path });

/** As many calls as one answer makes. */
const CALLS_AT_ONCE = 24;
const CALLS_IN_A_TURN = 96;

/** What the model's API received for each call, as JSON. */
async function resultsOf(turnpike: Turnpike, calls: readonly Call[], claude: object): Promise<string[]> {
  const results: string[] = [];
  for (let from = 0; from < calls.length; from += CALLS_IN_A_TURN) {
    const part = calls.slice(from, from + CALLS_IN_A_TURN);
    const replies = Array.from({ length: Math.ceil(part.length / CALLS_AT_ONCE) }, (_, index) =>
      reply({ blocks: part.slice(index * CALLS_AT_ONCE, (index + 1) * CALLS_AT_ONCE) }),
    );
    turnpike.upstream.respondWith([...replies, text("Done.")]);
    const messages = [{ role: "user", content: `Look from ${from} on.` }];
    const response = await turnpike.post({ model: "agent", messages, claude });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("Done.")]);
    const { body } = turnpike.upstream.requests.at(-1) ?? { body: { messages: [] } };
    const blocks = body.messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
    const found = new Map(
      blocks
        .filter(({ type }) => type === "tool_result")
        .map((block) => [block["tool_use_id"], JSON.stringify(block["content"])]),
    );
    const ids = blocks.filter(({ type }) => type === "tool_use").map(({ id }) => id);
    expect(ids).toHaveLength(part.length);
    results.push(...ids.map((id) => found.get(id) ?? ""));
  }
  return results;
}

/** All forms in the mode that reads most, and of the others each a part: what is denied is the same. */
test.each([
  ["plan", 0, 1],
  ["default", 0, 3],
  ["acceptEdits", 1, 3],
  ["dontAsk", 2, 3],
])(
  "a turn in mode %s reads nothing outside, by whatever path, and works inside as ever",
  async (permissionMode, offset, step) => {
    const root = await makeFolder();
    const { workspace, outside } = await plantOutside(root);
    const turnpike = await startTurnpike({
      flags: { workspace },
      configFile: {
        profiles: {
          agent: { permissionMode: permissionMode === "acceptEdits" ? permissionMode : "default" },
        },
      },
      environment: { HOME: root },
    });
    const person = denyAll(turnpike);
    const everyForm = [
      ...pathForms(workspace, outside).map(read),
      ...["~/outside/secret.txt", ` ${join(outside, "secret.txt")} `, join(outside, "nb.ipynb")].map(read),
      ...commandForms(workspace, outside).map(bash),
    ];
    expect(everyForm.length).toBeGreaterThan(150);
    const forms = everyForm.filter((_, index) => index % step === offset);
    const inside = [read(join(workspace, "control.txt")), read("control.txt"), ...INSIDE_COMMANDS.map(bash)];
    const claude = permissionMode === "acceptEdits" ? {} : { permissionMode };
    const controls = await resultsOf(turnpike, inside, claude);
    const unread = inside.filter((_, index) => !controls[index]?.includes(CONTROL));
    expect(unread.map((call) => JSON.stringify(call))).toEqual([]);
    expect(person.asked).toEqual([]);
    const results = await resultsOf(turnpike, forms, claude);
    const told = forms.filter((_, index) =>
      /planted-secret|secret\.(?:txt|json)\\n/.test(results[index] ?? SECRET),
    );
    expect(
      told.map((call, index) => `${JSON.stringify(call)} ${results[forms.indexOf(call)]} ${index}`),
    ).toEqual([]);
    expect(JSON.stringify(turnpike.upstream.requests.at(-1)?.body)).not.toContain(SECRET);
    person.end();
  },
  180_000,
);
