import { join } from "node:path";

import type { Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";

import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { describeInBrowser } from "./browser.ts";
import { shareBrowser } from "./open-browser.ts";
import { becomeAdmin, invite, PASSWORD } from "./people.ts";

/** Runs where it is taken for markup: in a browser without our policy, too, for the element would be there. */
const markup = (name: string) =>
  `<img src=x onerror="window.__owned='${name}'"><script>window.__owned='${name}'</script><b id="owned-${name}">`;

describeInBrowser("what others have written", () => {
  const shared = shareTurnpike({
    flags: { "requestLog.content": true },
    configFile: { profiles: { working: { permissionMode: "acceptEdits" } } },
  });
  const browser = shareBrowser();

  test(
    "prompts, answers, models, programs, conversations, keys and people are shown as text",
    { timeout: 360_000 },
    async () => {
      const { page, context, errors, elsewhere } = await browser.visit(shared().url);
      onTestFinished(() => context.close());
      const session = await becomeAdmin(shared(), context.request, `ada ${markup("me").slice(0, 30)}`);
      const csrf = { "x-csrf-token": session.csrf_token };
      const url = shared().url;

      // A slash would be another folder.
      const file = join(shared().workspace, markup("file").replaceAll("/", "∕"));
      shared().upstream.respondWith([
        reply({ blocks: [toolUse("Write", { file_path: file, content: `text ${markup("content")}` })] }),
        text(`An answer ${markup("answer")}`),
      ]);
      const asked = await shared().post(
        { model: "working", messages: [{ role: "user", content: `A prompt ${markup("prompt")}` }] },
        { "user-agent": `program ${markup("program")}`, "x-conversation-id": "talk-hostile" },
      );
      expect(asked.status).toBe(200);
      // A name that no model has, and a path that is none.
      await shared().post({
        model: `model ${markup("model")}`,
        messages: [{ role: "user", content: "Hello" }],
      });
      await shared().fetch(`/v1/models/${encodeURIComponent(markup("path"))}`);
      await context.request.post(`${url}/admin/api/keys`, {
        data: { name: `key ${markup("key")}`, models: [`only ${markup("bound")}`] },
        headers: csrf,
      });
      const guest = await browser.visit(url);
      onTestFinished(() => guest.context.close());
      const admin = { request: context.request, session };
      await invite(
        shared(),
        admin,
        { name: `guest <b id=owned-user>`, role: "viewer" },
        guest.context.request,
      );

      const seen: string[] = [];
      const look = async () => {
        seen.push(await page.evaluate<string>("document.body.innerText"));
        expect(await page.evaluate("window.__owned ?? null")).toBeNull();
        expect(await page.locator("[id^=owned-]").count()).toBe(0);
        expect(await page.locator("img[src=x]").count()).toBe(0);
      };
      const open = async (name: string) => {
        await page.goto(`${url}/dashboard/${name.toLowerCase()}`);
        await page.getByRole("heading", { level: 1, name }).waitFor();
        await page.waitForLoadState("load");
      };
      await open("Requests");
      await page.locator("[data-row-id]").filter({ hasText: "working" }).first().click();
      await page.getByText("A prompt").first().waitFor();
      await look();
      for (const tab of ["JSON", "Repeat as curl"]) {
        await page.getByRole("tab", { name: tab }).click();
        await look();
      }
      await open("Live");
      await page.locator("[data-row-id]").first().waitFor();
      await look();
      for (const name of ["Overview", "Usage"]) {
        await open(name);
        await page.getByText("First token by placement").or(page.getByRole("table")).first().waitFor();
        await look();
      }
      await open("Usage");
      await page.getByText("Model", { exact: true }).click();
      await page.getByRole("table").waitFor();
      await look();
      for (const name of ["Keys", "Users"]) {
        await open(name);
        await page
          .locator("[data-row-id]")
          .nth(name === "Users" ? 1 : 0)
          .waitFor();
        await look();
      }
      await open("Conversations");
      await page.getByText("talk-hostile").first().waitFor();
      await look();
      await page.getByText("talk-hostile").first().click();
      await page.getByText("An answer <img").first().waitFor();
      await look();

      const all = seen.join("\n");
      for (const name of ["prompt", "answer", "program", "file", "content", "key", "bound"]) {
        expect(all).toContain(`window.__owned='${name}'`);
      }
      expect(all).toContain("owned-user");
      expect({ errors, elsewhere }).toEqual({ errors: [], elsewhere: [] });
    },
  );

  test("nothing from the address is taken for markup", async () => {
    const { page, context, elsewhere } = await browser.visit(shared().url);
    onTestFinished(() => context.close());
    await page.goto(`${shared().url}/dashboard/login`);
    await page.getByLabel("Name").fill(markup("name"));
    await page.getByLabel(/^Password/).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await untouched(page);
    for (const path of [
      `/dashboard/welcome#${encodeURIComponent(markup("token"))}`,
      `/dashboard/${encodeURIComponent(markup("page"))}`,
      `/dashboard/requests?model=${encodeURIComponent(markup("filter"))}`,
    ]) {
      await page.goto(shared().url + path);
      await page.getByRole("heading").first().waitFor();
      await untouched(page);
    }
    expect(elsewhere).toEqual([]);
  });
});

async function untouched(page: Page): Promise<void> {
  expect(await page.evaluate("window.__owned ?? null")).toBeNull();
  expect(await page.locator("[id^=owned-]").count()).toBe(0);
}
