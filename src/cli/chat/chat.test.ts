import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { FakeContext } from "../../../test/cli/fake-context.ts";
import { serveControl } from "../../../test/cli/serve-control.ts";
import { findLockHolder } from "../lock-data-folder.ts";
import { chat } from "./chat.ts";
import { waitFor } from "../../../test/wait-for.ts";

test("a chat with a server of its own ends when that is told to stop, and cannot be restarted", async () => {
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), "turnpike-chat-")));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const fake = new FakeContext(dataDir);
  fake.isInteractive = true;
  fake.columns = 60;
  fake.onStart = () => serveControl(dataDir, {});
  const code = chat({ flags: { dataDir } }, { model: "sonnet" }, fake.context);
  await waitFor(() => expect(fake.typed).toBeDefined());
  const hint = fake.printed.join("\n").split("\n").slice(1);
  expect(hint.join(" ")).toContain("ends an answer, and at the prompt the chat. What needs");
  expect(hint.filter((line) => line.length > 60)).toEqual([]);
  expect(fake.refusals).toEqual([expect.stringContaining("of a chat")]);
  expect(findLockHolder(dataDir).type).toBe("held");
  fake.stopRequested.resolve({ isNow: false, isRestart: false });
  expect(await code).toBe(0);
  expect(fake.errors.join("\n")).toContain("told to stop");
  expect(fake.stops).toBeGreaterThan(0);
  expect(findLockHolder(dataDir).type).toBe("free");
});
