import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { reply } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { TerminalTurnpike } from "../integration/run-on-terminal.ts";
import { makeFolder } from "../integration/start-turnpike.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { describeInBrowser } from "./browser.ts";
import { DESK, PHONE, shareBrowser } from "./open-browser.ts";
import { PASSWORD } from "./people.ts";

describeInBrowser("the first day with Turnpike", () => {
  const browser = shareBrowser();

  test.each([
    ["desk", DESK],
    ["phone", PHONE],
  ])(
    "from the link in the terminal to a request on record, at a %s",
    { timeout: 360_000 },
    async (where, screen) => {
      const upstream = await startUpstream();
      const server = new TerminalTurnpike([], { folder: await makeFolder(), upstream });
      const [link] = await server.untilShows(/http:\S+\/dashboard\/welcome#\S+/);
      const { page, errors, elsewhere, shoot, context } = await browser.visit(server.url, screen);
      onTestFinished(() => context.close());

      await page.goto(link);
      await page.getByRole("textbox", { name: "Name" }).fill("ada");
      await page.getByLabel(/^Password\s*\*?$/).fill(PASSWORD);
      await page.getByLabel(/^Password again/).fill(PASSWORD);
      await shoot(`${where}-1-welcome`);
      await page.getByRole("button", { name: "Create the admin" }).click();
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
      await shoot(`${where}-2-overview`);

      const open = async (name: string) => {
        if (where === "phone") await page.getByRole("button", { name: "Open navigation" }).click();
        await page
          .getByRole("navigation", { name: "Pages" })
          .getByRole("link", { name, exact: true })
          .click();
        await page.getByRole("heading", { level: 1, name }).waitFor();
      };
      await open("Connect");
      await page.getByLabel("Name of the key").fill("first key");
      await page.getByRole("button", { name: "Make a key" }).click();
      const key = await page.getByLabel("the key", { exact: true }).textContent();
      expect(key).toMatch(/^tp-[\w-]{40,}$/);
      await shoot(`${where}-3-key`);

      await open("Keys");
      // Told once: it stands nowhere any more.
      await expect.poll(() => page.content()).not.toContain(key);
      await page.getByRole("button", { name: "New key" }).first().click();
      await page.getByRole("textbox", { name: "Name" }).fill("second key");
      await page.getByRole("button", { name: "Create the key" }).click();
      const second = await page.getByLabel("the key", { exact: true }).textContent();
      expect(second).toMatch(/^tp-[\w-]{40,}$/);
      await page.getByRole("button", { name: "I have it" }).click();
      await expect.poll(() => page.content()).not.toContain(second);

      await open("Live");
      await page.getByText("All quiet").waitFor();
      // A slow page shows nothing of a turn that has begun and ended while it drew.
      const gate = new Gate();
      upstream.respondWith(reply({ blocks: [{ type: "text", chunks: ["Hello, ", gate, "ada."] }] }));
      const asked = promisify(execFile)("curl", [
        "-sS",
        `${server.url}/v1/chat/completions`,
        "-H",
        `Authorization: Bearer ${key}`,
        "-H",
        "Content-Type: application/json",
        "-d",
        JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "Hello" }] }),
      ]);
      // The page is not loaded again.
      await page.locator("[data-run-id]").waitFor();
      await shoot(`${where}-4-live`);
      gate.release();
      expect(JSON.parse((await asked).stdout)).toMatchObject({ object: "chat.completion" });
      await page.locator("[data-row-id]").waitFor();

      await open("Requests");
      const rows = page.locator("[data-row-id]").filter({ hasText: "sonnet" });
      await rows.first().waitFor();
      expect(await rows.count()).toBe(1);
      const again = await fetch(`${server.url}/v1/messages/count_tokens`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "Hello" }] }),
      });
      expect(again.status).toBe(200);
      // By itself, again.
      await rows.nth(1).waitFor();
      await rows.last().click();
      await page.getByRole("dialog").getByRole("listitem").first().waitFor();
      await shoot(`${where}-5-request`);
      await page.getByRole("tab", { name: "Repeat as curl" }).click();
      await page.getByText("/v1/chat/completions").first().waitFor();

      expect({ errors, elsewhere }).toEqual({ errors: [], elsewhere: [] });
    },
  );
});
