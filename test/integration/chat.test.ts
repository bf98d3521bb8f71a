import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { userTexts } from "../../src/demo/user-text.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { bash } from "./agent-work.ts";
import { APPROVER_KEY } from "./approve.ts";
import { Daemon } from "./run-daemon.ts";
import { canOpenTerminal, obeyed, TerminalTurnpike } from "./run-on-terminal.ts";
import { makeFolder } from "./start-turnpike.ts";

const APPROVERS = { TURNPIKE_APPROVER_KEYS: APPROVER_KEY };

// Several starts each.
vi.setConfig({ testTimeout: 300_000 });

test("with the server that runs: one question without a key, and the next in the same conversation", async () => {
  const upstream = await startUpstream();
  const daemon = new Daemon({ folder: await makeFolder(), upstream, environment: APPROVERS });
  expect(await daemon.run("start")).toMatchObject({ code: 0 });
  upstream.respondWith(text("It is \u001b[2Jsunny.\n"));
  const asked = ["--id", "sonnet", "--conversation", "weather"];
  const first = await daemon.run("chat", "How is it?", ...asked);
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("It is \\u001b[2Jsunny.\n") });
  upstream.respondWith(text("Windy."));
  expect(await daemon.run("chat", "And tomorrow?", ...asked)).toMatchObject({ code: 0 });
  const last = upstream.requests.at(-1);
  expect(last && userTexts(last.body)).toEqual(["How is it?", "And tomorrow?"]);
  expect(await daemon.run("chat", "Hi", "--id", "none")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("none"),
  });

  // On a terminal whoever has the approver key is asked.
  if (!canOpenTerminal) return;
  const chat = new TerminalTurnpike(["chat"], { folder: daemon.folder, upstream, environment: APPROVERS });
  await chat.untilShows(/is\s+asked\s+here\.\s+> /);
  upstream.respondWith([reply({ blocks: [bash(`echo yes > "$HOME/yes.txt"`)] }), text("Done.")]);
  chat.type("Work.");
  await chat.untilShows(/asks for your approval[^]*Approval +apr_\w+/);
  await chat.untilShows(/y = allow[^]*Enter:/);
  chat.type("y");
  await chat.untilShows(/Done\.\n[^]*> $/);
  expect(await readFile(join(daemon.folder, "yes.txt"), "utf8")).toBe("yes\n");
});

test.skipIf(!canOpenTerminal)(
  "on a terminal, with a server of its own: an answer, an approval, an answer that is cancelled, the end",
  async () => {
    const upstream = await startUpstream();
    const folder = await makeFolder();
    const chat = new TerminalTurnpike(["chat"], { folder, upstream });
    await chat.untilShows(/is\s+asked\s+here\.\s+> /);
    upstream.respondWith([reply({ blocks: [bash(`echo yes > "$HOME/yes.txt"`)] }), text("It is written.")]);
    chat.type("Write it.");
    await chat.untilShows(/● Bash[^]*echo yes[^]*asks for your approval[^]*Approval +apr_\w+/);
    await chat.untilShows(/y = allow[^]*Enter:/);
    chat.type("y");
    await chat.untilShows(/It is written\.\n[^]*completed · \d+ tokens in/);
    expect(await readFile(join(folder, "yes.txt"), "utf8")).toBe("yes\n");

    const gate = new Gate();
    upstream.respondWith(
      reply({ blocks: [textBlock("", { chunks: ["One two \u001b[2J", gate, "three"] })] }),
    );
    await chat.untilShows(/completed[^]*> $/);
    chat.type("Count.");
    await chat.untilShows(/One two/);
    chat.type("\u0003");
    await chat.untilShows(/Cancelling …[^]*cancelled[^]*> $/);
    gate.release();
    upstream.respondWith(text("Still here."));
    chat.type("And?");
    await chat.untilShows(/Still here\.\n[^]*> $/);
    await chat.stop();
    expect(chat.screen).toContain("turnpike chat --conversation chat-");
    expect(chat.screen).not.toContain("three");
    expect(obeyed(chat.raw)).toEqual([]);
  },
);
