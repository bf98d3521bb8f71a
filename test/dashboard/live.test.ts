import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { startTurnpike } from "../integration/start-turnpike.ts";
import { describeInBrowser } from "./browser.ts";
import { findViolations } from "./find-violations.ts";
import { shareBrowser } from "./open-browser.ts";
import { becomeAdmin, PASSWORD } from "./people.ts";

describeInBrowser("live", () => {
  const shared = shareTurnpike({ configFile: { profiles: { asking: { permissionMode: "default" } } } });
  const browser = shareBrowser();
  let state:
    | Awaited<ReturnType<Awaited<ReturnType<typeof browser.visit>>["context"]["storageState"]>>
    | undefined;

  const openLive = async () => {
    const visited = await browser.visit(shared().url, state ? { storageState: state } : {});
    onTestFinished(() => visited.context.close());
    if (!state) {
      await becomeAdmin(shared(), visited.context.request);
      state = await visited.context.storageState();
    }
    await visited.page.goto(`${shared().url}/dashboard/live`);
    await visited.page.locator('[data-feed="live"]').waitFor();
    return visited;
  };

  test("a turn is followed as it happens, and cancelled", async () => {
    const { page, errors } = await openLive();
    const gate = new Gate();
    shared().upstream.respondWith(
      reply({ blocks: [{ type: "text", chunks: ["The beginning. ", gate, "Never said."] }] }),
    );
    const asked = shared().post({ model: "sonnet", messages: [{ role: "user", content: "Work." }] });
    await gate.reached;
    const run = page.locator("[data-run-id]");
    await run.getByText("Writes the answer").waitFor();
    await run.getByRole("button", { name: "Follow" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").getByText("Cancelled").first().waitFor();
    gate.release();
    expect((await asked).status).toBeGreaterThanOrEqual(400);
    await page.keyboard.press("Escape");
    await page.getByText("All quiet").waitFor();
    await page.locator("[data-row-id]").filter({ hasText: "Cancelled" }).waitFor();
    expect(errors).toEqual([]);
  });

  test("an approval is asked for here, and answered", async () => {
    const { page, errors, shoot } = await openLive();
    const file = join(shared().workspace, "made.txt");
    shared().upstream.respondWith([
      reply({ blocks: [toolUse("Write", { file_path: file, content: "hello <b>you</b>\n" })] }),
      text("Done."),
    ]);
    const asked = shared().post({ model: "asking", messages: [{ role: "user", content: "Work." }] });
    const card = page.locator("[data-approval-id]");
    await card.waitFor();
    await card.getByText("hello <b>you</b>").waitFor();
    await shoot("approval");
    expect(await findViolations(page)).toEqual([]);
    await card.getByRole("button", { name: "Allow", exact: true }).click();
    expect((await asked).status).toBe(200);
    expect(await readFile(file, "utf8")).toBe("hello <b>you</b>\n");
    await card.waitFor({ state: "detached" });
    expect(errors).toEqual([]);
  });

  test(
    "a page that lost the server finds it again, and shows what it missed",
    { timeout: 240_000 },
    async () => {
      const first = await startTurnpike({ flags: { "server.port": "0" } });
      const { page, context } = await browser.visit(first.url);
      onTestFinished(() => context.close());
      await becomeAdmin(first, context.request);
      await page.goto(`${first.url}/dashboard/requests`);
      await page.locator('[data-feed="live"]').waitFor();
      await first.stop();
      await page.locator('[data-feed="waiting"]').waitFor();
      const second = await startTurnpike({
        dataDir: first.dataDir,
        flags: { "server.port": new URL(first.url).port },
      });
      const missed = await second.fetch("/v1/models");
      expect(missed.status).toBe(200);
      await page.locator('[data-feed="live"]').waitFor({ timeout: 60_000 });
      await page.locator("[data-row-id]").filter({ hasText: "/v1/models" }).first().waitFor();
    },
  );

  test("who is signed out elsewhere is led to the sign-in, and back", async () => {
    const { page } = await openLive();
    const other = await browser.visit(shared().url);
    onTestFinished(() => other.context.close());
    const signedIn = await other.context.request.post(`${shared().url}/admin/api/session`, {
      data: { name: "ada", password: PASSWORD },
    });
    const { csrf_token: token } = await signedIn.json();
    const ended = await other.context.request.delete(`${shared().url}/admin/api/sessions`, {
      headers: { "x-csrf-token": token },
    });
    expect(ended.ok()).toBe(true);
    state = undefined;
    await page.getByRole("link", { name: "Keys", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel(/^Password/).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
  });
});
