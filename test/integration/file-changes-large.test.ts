import { describe, expect, test } from "vitest";

import { readTruth, truthOfChanges } from "../workspaces/changes-folder.ts";
import { fillFolder } from "../workspaces/fill-folder.ts";
import { AGENT, bash, chat, edit, folderIn, linesOf, run, work, write, type Worked } from "./agent-work.ts";
import { user } from "./ask.ts";
import { collectLog } from "./collect-log.ts";
import { startTurnpike, type Turnpike } from "./start-turnpike.ts";
import { expectWithin } from "../machine-speed.ts";

const FILES = 50_000;
const ROUNDS = 5;
/** Five times what a quiet machine may take: only what is wrong by a multiple shall fail on a busy one. */
const SANE_MS = 1500;

/** By each tool and by commands, in many places. */
function labour(folder: string, isRepository: boolean) {
  return work(
    [write(folder, "folder1/part2/new.ts", "export {};\n")],
    edit(folder, "folder2/part3/file0.ts", "number0", "NUMBER"),
    [
      bash(`cd ${folder}
        sed -i s/number/NUMBER/ folder3/part7/file9.ts folder19/part24/file99.ts
        mv folder4/part8 folder4/moved && rm folder5/part9/file1.ts && rm -r folder6/part1
        printf 'x' >> folder7/part1/file2.ts && mkdir -p new/er && printf '1' > new/er/one.txt
        ${isRepository ? "git checkout -q folder7 folder8/part0/file0.ts && git mv folder9/part0/file0.ts top.ts" : "mv folder9/part0/file0.ts top.ts"}`),
    ],
  );
}

describe.each([
  ["a git repository", true],
  ["a plain folder", false],
])("%s of 50,000 files", (kind, isRepository) => {
  test("the changes are told as they are, and finding them costs little", { timeout: 600_000 }, async () => {
    const log = collectLog();
    const turnpike = await startTurnpike({
      configFile: { profiles: { agent: AGENT } },
      logger: log.logger,
    });
    const [small, folder] = [folderIn(turnpike, "small"), folderIn(turnpike, "large")];
    fillFolder(folder, FILES);
    for (const each of [small, folder]) {
      if (isRepository) run(each, "git init -q && git add -A && git commit -q --allow-empty -m start");
    }
    run(folder, "printf 'dirty' >> folder8/part0/file0.ts");

    const before = readTruth(folder);
    turnpike.upstream.respondWith(labour(folder, isRepository));
    const { changes } = await chat(turnpike, folder);
    const expected = truthOfChanges(before, readTruth(folder));
    expect(expected.length).toBeGreaterThan(300);
    expect(linesOf(changes)).toEqual(expected);

    const costs = costsIn(log.text);
    expect(costs).toHaveLength(1);
    const turns = { small: await timeTurns(turnpike, small), large: await timeTurns(turnpike, folder) };
    const later = costsIn(log.text).slice(-ROUNDS);
    console.log(
      `${kind}: looking at it took ${costs.join()} ms in the first turn, then ${later.join()} ms; ` +
        `turns took ${turns.large.join()} ms, in a small folder ${turns.small.join()} ms`,
    );
    // The best of them tells most of it on a busy machine.
    expectWithin(Math.min(...later), SANE_MS);
    expectWithin(Math.min(...turns.large) - Math.min(...turns.small), SANE_MS);
  });
});

/** How long turns of one live conversation take that change one file each. */
async function timeTurns(turnpike: Turnpike, folder: string): Promise<number[]> {
  turnpike.upstream.clear();
  const times: number[] = [];
  const messages: unknown[] = [user("Begin.")];
  for (let round = 0; round <= ROUNDS; round += 1) {
    turnpike.upstream.respondWith(work([bash(`printf '${round}' > ${folder}/round.txt`)]));
    const startedAt = performance.now();
    const { message, changes, placement }: Worked = await chat(turnpike, folder, { messages });
    // The first one starts the conversation.
    if (round > 0) times.push(Math.round(performance.now() - startedAt));
    expect(changes).toMatchObject([{ path: "round.txt" }]);
    expect(placement === "hot").toBe(round > 0);
    messages.push(message, user("Again."));
  }
  return times;
}

/** For each turn, what the log says of the snapshot and the comparison together. */
function costsIn(log: string): number[] {
  const times = log
    .split("\n")
    .filter((line) => /"workspace\.(snapshot-taken|compared)"/.test(line))
    .map((line) => Number(/"ms":(\d+)/.exec(line)?.[1]));
  return times.flatMap((ms, at) => (at % 2 === 1 ? [ms + (times[at - 1] ?? 0)] : []));
}
