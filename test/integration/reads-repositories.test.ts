import { expect, test } from "vitest";

import { denyAll } from "./approve.ts";
import { bash, resultsOf } from "./call-results.ts";
import { SECRET } from "./outside-forms.ts";
import { plantRepositories } from "./plant-repositories.ts";
import { makeFolder, startTurnpike } from "./start-turnpike.ts";

test.each([
  ["plan", false],
  ["acceptEdits", true],
])(
  "git reads nothing outside in mode %s, and works inside as ever (trusted: %s)",
  async (permissionMode, isTrusted) => {
    const root = await makeFolder();
    const planted = await plantRepositories(root);
    const turnpike = await startTurnpike({
      configFile: {
        requests: { folders: [root], permissionModes: ["acceptEdits"] },
        ...(isTrusted && { trustedFolders: [root] }),
      },
      environment: { HOME: root },
    });
    const person = denyAll(turnpike);
    const told: string[] = [];
    for (const { name, folder, forms, inside } of planted) {
      const asked = { model: "claude-code", claude: { permissionMode, workingDirectory: folder } };
      const controls = await resultsOf(turnpike, inside.map(bash), asked);
      const unread = inside.filter((_, index) => !/control-inside|First|a\.txt/.test(controls[index] ?? ""));
      expect
        .soft([name, unread.map((form) => `${form}: ${controls[inside.indexOf(form)]}`), person.asked])
        .toEqual([name, [], []]);
      if (forms.length === 0) continue;
      const results = await resultsOf(turnpike, forms.map(bash), asked);
      told.push(
        ...forms
          .filter((_, index) => (results[index] ?? SECRET).includes("planted-secret"))
          .map((form) => `${name}: ${form}`),
      );
      person.asked.length = 0;
    }
    expect(told).toEqual([]);
    person.end();
  },
  300_000,
);
