import { spawn } from "node:child_process";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { toolUse } from "../../src/demo/build-reply.ts";
import { denyAll } from "./approve.ts";
import { bash, resultsOf } from "./call-results.ts";
import {
  CHANGING_COMMANDS,
  commandForms,
  CONTROL,
  INSIDE_COMMANDS,
  pathForms,
  plantOutside,
  SECRET,
} from "./outside-forms.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";

const read = (file_path: string) => toolUse("Read", { file_path });

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
    // A process of somebody else's, as `ps` shows it.
    const other = spawn("sleep", ["600"], { argv0: SECRET });
    onTestFinished(() => void other.kill());
    const everyForm = [
      ...pathForms(workspace, outside).map(read),
      ...["~/outside/secret.txt", ` ${join(outside, "secret.txt")} `, join(outside, "nb.ipynb")].map(read),
      ...commandForms(workspace, outside).map(bash),
    ];
    expect(everyForm.length).toBeGreaterThan(150);
    const forms = everyForm.filter(
      (form, index) => index % step === offset || /command\W+(?:mv|cp|mkdir)\b/.test(JSON.stringify(form)),
    );
    const commands = [...INSIDE_COMMANDS, ...(permissionMode === "acceptEdits" ? CHANGING_COMMANDS : [])];
    const inside = [read(join(workspace, "control.txt")), read("control.txt"), ...commands.map(bash)];
    const asked = { model: "agent", claude: permissionMode === "acceptEdits" ? {} : { permissionMode } };
    const controls = await resultsOf(turnpike, inside, asked);
    const unread = inside.filter((_, index) => !controls[index]?.includes(CONTROL));
    expect(unread.map((call) => JSON.stringify(call))).toEqual([]);
    expect(person.asked).toEqual([]);
    const results = await resultsOf(turnpike, forms, asked);
    const told = forms.filter((_, index) =>
      /planted-secret|secret\.(?:txt|json)\\n/.test(results[index] ?? SECRET),
    );
    expect(
      told.map((call, index) => `${JSON.stringify(call)} ${results[forms.indexOf(call)]} ${index}`),
    ).toEqual([]);
    expect(JSON.stringify(turnpike.upstream.requests.at(-1)?.body)).not.toContain(SECRET);
    person.end();
  },
  300_000,
);
