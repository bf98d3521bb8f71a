import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { createLoggerTo } from "../../src/observability/create-logger.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { startTurnpike } from "../integration/start-turnpike.ts";
import { describeInBrowser } from "./browser.ts";
import { findViolations } from "./find-violations.ts";
import { PHONE, shareBrowser, type Visit } from "./open-browser.ts";
import { becomeAdmin, invite, PASSWORD } from "./people.ts";

/** A red dot. */
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

describeInBrowser("talking, setting up and settings", () => {
  const logger = createLoggerTo({ write() {} }, { level: "info", prompts: false });
  const shared = shareTurnpike({
    logger,
    configFile: { profiles: { asking: { permissionMode: "default" } } },
  });
  const browser = shareBrowser();
  let state: Awaited<ReturnType<Visit["context"]["storageState"]>> | undefined;

  /** An administrator's browser on a page. */
  const open = async (path: string, screen: Parameters<typeof browser.visit>[1] = {}) => {
    const visited = await browser.visit(shared().url, { ...(state && { storageState: state }), ...screen });
    onTestFinished(() => visited.context.close());
    if (!state) {
      await becomeAdmin(shared(), visited.context.request);
      state = await visited.context.storageState();
    }
    await visited.page.goto(`${shared().url}/dashboard${path}`);
    await visited.page.getByRole("heading", { level: 1 }).waitFor();
    return visited;
  };

  test(
    "a turn of the playground with an approval in place; its transcript; its changes undone; evicted and deleted",
    { timeout: 240_000 },
    async () => {
      const { page, errors, elsewhere, shoot } = await open("/playground?model=asking");
      const file = join(shared().workspace, "note.txt");
      shared().upstream.respondWith([
        reply({ blocks: [toolUse("Write", { file_path: file, content: "one <b>line</b>\n" })] }),
        text("I have <i>written</i> it."),
      ]);
      await page.getByLabel("Message").fill("Write a note");
      await page.locator('input[type="file"]').setInputFiles({
        name: "dot.png",
        mimeType: "image/png",
        buffer: Buffer.from(PIXEL, "base64"),
      });
      await page.getByAltText("To be sent, 1").waitFor();
      await page.getByRole("button", { name: "Send" }).click();
      const approval = page.locator("[data-approval-id]");
      await approval.getByText("one <b>line</b>").waitFor();
      await shoot("playground-approval");
      expect(await findViolations(page)).toEqual([]);
      await approval.getByRole("button", { name: "Allow", exact: true }).click();
      await page.locator('article[data-state="done"]').waitFor();
      await page.getByText("I have <i>written</i> it.").waitFor();
      await page.locator('details[data-tool="Write"]').waitFor();
      expect(await readFile(file, "utf8")).toBe("one <b>line</b>\n");
      await page.getByText("note.txt", { exact: true }).first().click();
      await page.getByText("+one <b>line</b>").first().waitFor();
      await shoot("playground-done");

      const name = (await page.locator("code").first().textContent()) ?? "";
      expect(name).toMatch(/^playground-[0-9a-f]{12}$/);
      await page.getByRole("link", { name: "See it on record" }).click();
      await page.locator("[data-row-id]").filter({ hasText: name }).click();
      await page.getByRole("heading", { level: 1, name }).waitFor();
      const picture = page.getByAltText("Sent with this turn");
      await expect
        .poll(() => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
        .toBe(1);
      await page.locator('details[data-tool="Write"] summary').click();
      await page.getByText("note.txt", { exact: true }).first().click();
      await shoot("conversation");
      expect(await findViolations(page)).toEqual([]);

      await page.getByRole("button", { name: "Evict" }).click();
      await page.getByText("Its process has ended").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Undo" }).click();
      await page.getByText(/^Undone/).waitFor();
      expect(existsSync(file)).toBe(false);

      await page.getByRole("link", { name: "Continue in the playground" }).click();
      await page.getByRole("heading", { level: 1, name: "Playground" }).waitFor();
      shared().upstream.respondWith(text("We go on."));
      await page.getByLabel("Message").fill("And now?");
      await page.keyboard.press("Enter");
      await page.getByText("We go on.").waitFor();
      // Who leaves before the end stops the turn.
      await page.getByText(/^resumed · .* in all/).waitFor();
      await page.goBack();
      await page.getByText("We go on.").waitFor();

      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await page.getByRole("heading", { level: 1, name: "Conversations" }).waitFor();
      await page.locator("[data-row-id]").filter({ hasText: name }).waitFor({ state: "detached" });
      expect({ errors, elsewhere }).toEqual({ errors: [], elsewhere: [] });
    },
  );

  test("a turn is stopped where it stands, and its code shown, on a phone", async () => {
    const { page, errors } = await open("/playground", PHONE);
    const gate = new Gate();
    shared().upstream.respondWith(
      reply({ blocks: [{ type: "text", chunks: ["The beginning. ", gate, "Never said."] }] }),
    );
    await page.getByLabel("Message").fill('Say "it\'s" $HOME');
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("The beginning.").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.locator('article[data-state="stopped"]').waitFor();
    gate.release();
    await page.getByRole("button", { name: "Show code" }).click();
    await page.getByRole("tab", { name: "Python" }).click();
    await page
      .getByRole("tabpanel", { name: "Python" })
      .getByText('"content": "Say \\"it\'s\\" $HOME"')
      .waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("a key is made in one click, stands in what is to be copied, and works", async () => {
    const { page, errors, shoot } = await open("/connect");
    const codex = page.locator('[data-client="codex"]');
    await codex.getByText("export TURNPIKE_API_KEY=YOUR_KEY").first().waitFor();
    await page.getByLabel("Name of the key").fill("laptop");
    await page.getByRole("button", { name: "Make a key" }).click();
    const key = (await page.getByLabel("the key", { exact: true }).textContent()) ?? "";
    expect(key).toMatch(/^tp-[\w-]{40,}$/);
    await codex.getByText(`export TURNPIKE_API_KEY=${key}`).waitFor();
    // A file that is not for secrets keeps the placeholder.
    expect(
      await codex.getByLabel("~/.codex/config.toml of Codex", { exact: true }).textContent(),
    ).not.toContain(key);
    await page.locator('[data-client="aider"]').getByText(key).waitFor();
    await shoot("connect-key");
    expect(await findViolations(page)).toEqual([]);
    shared().upstream.respondWith(text("Hello from a key."));
    const answer = await fetch(`${shared().url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "Hi" }] }),
    });
    expect(answer.status).toBe(200);
    await page.reload();
    await page.getByRole("button", { name: "Make a key" }).waitFor();
    expect(await page.content()).not.toContain(key);
    expect(errors).toEqual([]);
  });

  test("the log comes by itself, by level, and what is in it is text", async () => {
    const { page, errors, elsewhere } = await open("/log");
    await page.getByRole("log").waitFor();
    logger.error("thing.broke", { note: "<img src=x onerror=\"window.__owned='log'\">" });
    logger.info("thing.happened", { note: "quiet" });
    const broken = page.locator('details[data-level="error"]').filter({ hasText: "thing.broke" });
    await broken.waitFor();
    await broken.locator("summary").click();
    await broken.getByText("<img src=x").last().waitFor();
    expect(await page.evaluate("window.__owned ?? null")).toBeNull();
    expect(await page.locator("img[src=x]").count()).toBe(0);
    await page.getByText("Errors", { exact: true }).click();
    await page.getByText("thing.happened").waitFor({ state: "detached" });
    await broken.waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect({ errors, elsewhere }).toEqual({ errors: [], elsewhere: [] });
  });

  test(
    "a setting changes at once, holds after a restart, and is on record; a viewer changes nothing",
    { timeout: 240_000 },
    async () => {
      const first = await startTurnpike();
      const { page, context } = await browser.visit(first.url);
      onTestFinished(() => context.close());
      const session = await becomeAdmin(first, context.request);
      await page.goto(`${first.url}/dashboard/settings`);
      const row = page.locator('[data-setting="turns.queue"]');
      await row.getByLabel("Value of turns.queue").fill("lots");
      await row.getByRole("button", { name: "Save" }).click();
      await row.getByText("expected a whole number").waitFor();
      await row.getByLabel("Value of turns.queue").fill("7");
      await row.getByRole("button", { name: "Save" }).click();
      await row.getByText("changed here").waitFor();
      expect(first.health().turns.queueLimit).toBe(7);
      await page.getByRole("tab", { name: "Audit log" }).click();
      await page.locator('[data-action="settings.change"]').getByText("turns.queue").waitFor();

      const guest = await browser.visit(first.url);
      onTestFinished(() => guest.context.close());
      const admin = { request: context.request, session };
      await invite(first, admin, { name: "grace", role: "viewer" }, guest.context.request);
      await guest.page.goto(`${first.url}/dashboard/settings`);
      const seen = guest.page.locator('[data-setting="turns.queue"]');
      await seen.getByText("changed here").waitFor();
      expect(await seen.getByRole("button").count()).toBe(0);
      for (const [path, words] of [
        ["/playground", "This is for admins"],
        ["/log", "This is for admins"],
        ["/connect", "An admin makes keys."],
      ] as const) {
        await guest.page.goto(`${first.url}/dashboard${path}`);
        await guest.page.getByText(words).first().waitFor();
      }

      await first.stop();
      const second = await startTurnpike({ dataDir: first.dataDir });
      expect(second.health().turns.queueLimit).toBe(7);
      const again = await browser.visit(second.url);
      onTestFinished(() => again.context.close());
      const signedIn = await again.context.request.post(`${second.url}/admin/api/session`, {
        data: { name: "ada", password: PASSWORD },
      });
      expect(signedIn.ok()).toBe(true);
      await again.page.goto(`${second.url}/dashboard/settings`);
      await again.page.getByRole("button", { name: "Take the change of turns.queue back" }).click();
      await again.page
        .locator('[data-setting="turns.queue"]')
        .getByText("default", { exact: true })
        .waitFor();
      expect(second.health().turns.queueLimit).toBe(100);
    },
  );
});
