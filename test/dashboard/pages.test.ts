import type { Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";

import type { KeyBody, KeyWithSecretBody } from "../../src/protocols/admin/key-schemas.ts";
import { shareTurnpike } from "../integration/share-turnpike.ts";
import { postTurn } from "../integration/post-turn.ts";
import { describeInBrowser } from "./browser.ts";
import { findViolations } from "./find-violations.ts";
import { DESK, PHONE, shareBrowser, type Visit } from "./open-browser.ts";
import { PAGE_NAMES } from "./page-names.ts";
import { becomeAdmin, invite } from "./people.ts";

/** What a reader would have to scroll sideways for. */
const TABLES_WIDER_THAN_THEIR_PLACE = `
  [...document.querySelectorAll("[role=region]")]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map((region) => region.ariaLabel + ": " + region.scrollWidth + " > " + region.clientWidth)`;
/** Short words in tables that do not fit where they stand. */
const BADGES_CUT = `
  [...document.querySelectorAll("td .mantine-Badge-label")]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map((label) => label.textContent)`;
const MOST_BYTES = 350 * 1024;

describeInBrowser("every page", () => {
  const shared = shareTurnpike();
  const browser = shareBrowser();
  let state: Awaited<ReturnType<Visit["context"]["storageState"]>>;
  let viewerState: typeof state;
  let csrf: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const first = await browser.visit(shared().url);
    const session = await becomeAdmin(shared(), first.context.request);
    csrf = { "x-csrf-token": session.csrf_token };
    const guest = await browser.visit(shared().url);
    const admin = { request: first.context.request, session };
    await invite(shared(), admin, { name: "grace", role: "viewer" }, guest.context.request);
    state = await first.context.storageState();
    viewerState = await guest.context.storageState();
    await first.context.close();
    await guest.context.close();
    // Something to show.
    for (const protocol of ["chat", "responses", "messages"] as const) {
      expect((await postTurn(shared(), protocol, "Hello")).status).toBe(200);
    }
    expect((await postTurn(shared(), "chat", "Hello", { model: "unknown" })).status).toBe(404);
  });

  const visit = async (options: Parameters<typeof browser.visit>[1] = {}) => {
    const visited = await browser.visit(shared().url, { storageState: state, ...options });
    onTestFinished(() => visited.context.close());
    return visited;
  };
  const open = async (page: Page, name: string) => {
    await page.goto(`${shared().url}/dashboard/${name.toLowerCase()}`);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await untilQuiet(page);
  };

  test.each([
    ["light", DESK],
    ["dark", DESK],
    ["light", PHONE],
    ["dark", PHONE],
  ] as const)(
    "has nothing that keeps people out, and asks nobody else: %s, %o",
    { timeout: 360_000 },
    async (colorScheme, screen) => {
      const { page, errors, elsewhere, shoot } = await visit({ colorScheme, ...screen });
      const where = screen === PHONE ? "phone" : "desk";
      const found: object[] = [];
      for (const name of PAGE_NAMES) {
        await open(page, name);
        await shoot(`page-${name.toLowerCase()}-${where}-${colorScheme}`);
        const violations = await findViolations(page);
        const wider = await page.evaluate<number>(
          "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        const sideways = await page.evaluate<string[]>(TABLES_WIDER_THAN_THEIR_PLACE);
        if (violations.length > 0 || wider > 0 || sideways.length > 0) {
          found.push({ name, violations, wider, sideways });
        }
      }
      expect({ found, errors, elsewhere }).toEqual({ found: [], errors: [], elsewhere: [] });
    },
  );

  test.each(["light", "dark"] as const)(
    "dialogs and drawers, too: %s",
    { timeout: 240_000 },
    async (colorScheme) => {
      const { page, errors, elsewhere, shoot } = await visit({ colorScheme });
      const look = async (name: string) => {
        await page.getByRole("dialog").waitFor();
        await untilQuiet(page);
        await shoot(`dialog-${name}-${colorScheme}`);
        expect({ name, violations: await findViolations(page) }).toEqual({ name, violations: [] });
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
      };
      await open(page, "Keys");
      await page.getByRole("button", { name: "New key" }).first().click();
      await look("key");
      await open(page, "Users");
      await page.getByRole("button", { name: "Invite somebody" }).click();
      await look("invite");
      await open(page, "Requests");
      await page.locator("[data-row-id]").filter({ hasText: "sonnet" }).first().click();
      await look("request");
      await open(page, "Live");
      await page.locator("[data-row-id]").first().click();
      await look("run");
      expect({ errors, elsewhere }).toEqual({ errors: [], elsewhere: [] });
    },
  );

  test.each(["light", "dark"] as const)("before the sign-in, too: %s", async (colorScheme) => {
    const { page, errors, elsewhere } = await browser.visit(shared().url, { colorScheme });
    onTestFinished(() => page.context().close());
    await page.goto(`${shared().url}/dashboard`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/dashboard/login");
    await untilQuiet(page);
    expect(await findViolations(page)).toEqual([]);
    await page.goto(`${shared().url}/dashboard/welcome#no-such-token`);
    await page.getByRole("heading", { name: "This link does not work" }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    expect({ errors, elsewhere }).toEqual({ errors: [], elsewhere: [] });
  });

  test("the first page's scripts are small, and come compressed", async () => {
    const { page } = await visit();
    const sizes: Promise<number>[] = [];
    page.on("requestfinished", (request) => {
      if (request.resourceType() !== "script") return;
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await open(page, "Overview");
    const all = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    console.log(`JavaScript of the first page: ${Math.round(all / 1024)} kB compressed`);
    expect(all).toBeGreaterThan(50 * 1024);
    expect(all).toBeLessThan(MOST_BYTES);
  });

  test("by keyboard: to the content, and through the pages", async () => {
    const { page } = await visit();
    await open(page, "Overview");
    await page.keyboard.press("Tab");
    const focused = () => page.evaluate<string>("document.activeElement?.textContent ?? ''");
    expect(await focused()).toBe("Skip to content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(
      await page.evaluate<boolean>("document.querySelector('main').contains(document.activeElement)"),
    ).toBe(true);
    await page.getByRole("link", { name: "Requests", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
    expect(await page.evaluate<string>("document.activeElement?.id ?? ''")).toBe("main");
    await page.getByRole("table").waitFor();
    await page.locator("[data-row-id] button").first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.evaluate<boolean>("document.activeElement?.closest('[data-row-id]') !== null")).toBe(
      true,
    );
  });

  test("by keyboard: the sign-in, with a look at the password", async () => {
    const { page } = await browser.visit(shared().url);
    onTestFinished(() => page.context().close());
    await page.goto(`${shared().url}/dashboard/login`);
    await page.getByLabel("Name").fill("");
    await page.keyboard.type("grace");
    await page.keyboard.press("Tab");
    await page.keyboard.type("correct horse battery staple");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    // It is shown, and nothing is sent.
    await page.locator("input[type=text][autocomplete=current-password]").waitFor();
    await page.keyboard.press("Enter");
    await page.locator("input[type=password]").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  });

  test("colours stay as they were chosen", async () => {
    const { page } = await visit({ colorScheme: "light" });
    await open(page, "Overview");
    const scheme = () => page.evaluate<string>("document.documentElement.dataset.mantineColorScheme");
    expect(await scheme()).toBe("light");
    await page.getByRole("button", { name: "Dark colours" }).click();
    await expect.poll(scheme).toBe("dark");
    await page.reload();
    await page.getByRole("button", { name: "Light colours" }).waitFor();
    expect(await scheme()).toBe("dark");
  });

  test("times are those of the reader's zone", async () => {
    const { data } = (await (await shared().fetch("/health")).json().then(() => ({ data: Date.now() }))) as {
      data: number;
    };
    const { page } = await visit({ timezoneId: "Asia/Kathmandu", locale: "de-DE" });
    await open(page, "Requests");
    const time = page.locator("[data-row-id] time").first();
    const at = Date.parse((await time.getAttribute("datetime")) ?? "");
    expect(Math.abs(data - at)).toBeLessThan(3_600_000);
    const clock = new Intl.DateTimeFormat("de-DE", {
      timeZone: "Asia/Kathmandu",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    expect(await time.textContent()).toContain(clock.format(at));
  });

  test("a viewer is offered nothing that changes anything, on any page", { timeout: 240_000 }, async () => {
    const { page, errors } = await visit({ storageState: viewerState });
    const changing: string[] = [];
    page.on("request", (request) => {
      if (request.method() !== "GET") changing.push(`${request.method()} ${request.url()}`);
    });
    for (const name of PAGE_NAMES) {
      await open(page, name);
      const offered = page.getByRole("button", {
        name: /new key|make a key|create|invite|revoke|rotate|new secret|cancel|delete|remove|disable|allow|deny|save|change|reset|evict|undo|apply|send|actions for/i,
      });
      expect({ name, offered: await offered.allTextContents() }).toEqual({ name, offered: [] });
      // Whatever a form is called: what a viewer may fill in are filters.
      const forms = page.locator("main form, main textarea");
      expect({ name, forms: await forms.count() }).toEqual({ name, forms: name === "Requests" ? 1 : 0 });
      expect(await findViolations(page)).toEqual([]);
    }
    await open(page, "Keys");
    expect(changing).toEqual([]);
    expect(errors.filter((error) => !error.includes("403"))).toEqual([]);
  });

  test("a table's headings stand over their columns, and what is a button in it is written like the rest", async () => {
    const { page } = await visit();
    for (const path of ["usage", "requests"]) {
      await page.goto(`${shared().url}/dashboard/${path}`);
      const table = page.getByRole("table");
      await table.locator("tbody tr").first().waitFor();
      const columns = await page.evaluate<{ head: Look; cell: Look }[]>(LOOKS_OF_COLUMNS);
      expect(columns.length, path).toBeGreaterThan(4);
      const aligned = columns.map(({ head }) => head.align);
      expect(aligned, path).toEqual(columns.map(({ cell }) => cell.align));
      expect(aligned, path).toContain("end");
      expect(new Set(columns.map(({ head }) => head.size)).size, path).toBe(1);
      expect(columns[0]?.cell.size, path).toBe(columns[1]?.cell.size);
    }
  });

  test("no key at all is told from none that is active", async () => {
    const { page, context } = await visit();
    await open(page, "Keys");
    await page.getByRole("heading", { name: "No key yet" }).waitFor();
    const url = `${shared().url}/admin/api/keys`;
    const made = await context.request.post(url, { data: { name: "the past" }, headers: csrf });
    // Proof for the cast: the tests of the route check its answers.
    const { id } = (await made.json()) as KeyBody;
    expect((await context.request.post(`${url}/${id}/revoke`, { data: {}, headers: csrf })).ok()).toBe(true);
    await page.reload();
    await page.getByRole("heading", { name: "No key is active" }).waitFor();
    expect(await page.getByText("No key yet").count()).toBe(0);
    await page.getByText("All", { exact: true }).click();
    await page.locator("[data-row-id]").filter({ hasText: "the past" }).waitFor();
    expect(await page.getByRole("heading", { name: "No key is active" }).count()).toBe(0);
  });

  test("usage by conversation leads to the requests of one, and its inspector has the process in its timeline", async () => {
    const { page, errors } = await visit();
    await page.goto(`${shared().url}/dashboard/usage?by=conversation`);
    const table = page.getByRole("table", { name: "Usage by conversation" });
    await table.waitFor();
    await untilQuiet(page);
    expect(await findViolations(page)).toEqual([]);
    await table.getByRole("link").first().click();
    await page.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
    expect(new URL(page.url()).searchParams.get("conversation")).toMatch(/^conv_/);
    await page.locator("[data-row-id]").first().click();
    const timeline = page.getByRole("region", { name: "Timeline" });
    await timeline.waitFor();
    expect(await timeline.textContent()).toMatch(/process/i);
    expect(errors).toEqual([]);
  });

  test("signing out leaves nothing behind, and every page leads to the sign-in", async () => {
    const { page, context } = await browser.visit(shared().url);
    onTestFinished(() => context.close());
    const admin = await browser.visit(shared().url, { storageState: state });
    onTestFinished(() => admin.context.close());
    const session = await (await admin.context.request.get(`${shared().url}/admin/api/session`)).json();
    await invite(
      shared(),
      { request: admin.context.request, session },
      { name: "linus", role: "viewer" },
      context.request,
    );
    await open(page, "Usage");
    await page.getByRole("button", { name: "Signed in as linus" }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.getByText("linus").count()).toBe(0);
    await page.goto(`${shared().url}/dashboard/keys?x=1`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("Name").fill("linus");
    await page.getByLabel(/^Password/).fill("wrong password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel(/^Password/).fill("correct horse battery staple");
    await page.getByRole("button", { name: "Sign in" }).click();
    // Where it was meant to go.
    await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
  });

  test("the sign-in leads to pages of this server only", async () => {
    const { page, elsewhere } = await browser.visit(shared().url);
    onTestFinished(() => page.context().close());
    for (const next of [
      "https://evil.example/",
      "//evil.example",
      "/dashboard/../../evil",
      "javascript:alert(1)",
      "/\\evil.example",
    ]) {
      await page.goto(`${shared().url}/dashboard/login?next=${encodeURIComponent(next)}`);
      await page.getByLabel("Name").fill("grace");
      await page.getByLabel(/^Password/).fill("correct horse battery staple");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(/\/dashboard\/(overview|evil)?/);
      expect(new URL(page.url()).origin).toBe(shared().url);
      await page.context().clearCookies();
    }
    expect(elsewhere).toEqual([]);
  });

  test(
    "long names leave the rest of a table on a phone, and what a badge says",
    { timeout: 120_000 },
    async () => {
      const { page, context } = await visit(PHONE);
      const long = "A-name-without-any-place-to-break-it-".repeat(2).slice(0, 64);
      for (const [path, body] of [
        ["keys", { name: long }],
        ["users", { name: long, role: "admin", approve: "none" }],
      ] as const) {
        const made = await context.request.post(`${shared().url}/admin/api/${path}`, {
          data: body,
          headers: csrf,
        });
        expect(made.status()).toBe(201);
      }
      const answer = await shared().fetch("/v1/chat/completions", {
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": long },
        body: JSON.stringify({ model: `sonnet:${long}`, messages: [{ role: "user", content: "Hello" }] }),
      });
      expect(answer.status).toBe(200);
      for (const name of ["Keys", "Users", "Conversations", "Requests", "Live", "Overview", "Usage"]) {
        await open(page, name);
        expect({
          name,
          sideways: await page.evaluate(TABLES_WIDER_THAN_THEIR_PLACE),
          cut: await page.evaluate(BADGES_CUT),
        }).toEqual({ name, sideways: [], cut: [] });
      }
      // A user has no page that says more.
      await open(page, "Users");
      expect(await page.getByText(long).evaluate((each) => each.scrollWidth <= each.clientWidth)).toBe(true);
    },
  );

  test("the search finds the requests of a key by its name, whose inspector repeats what was asked", async () => {
    const { page, context } = await visit();
    const made = await context.request.post(`${shared().url}/admin/api/keys`, {
      data: { name: "The nightly build", log_content: true },
      headers: csrf,
    });
    // Proof for the cast: the tests of the route check its answers.
    const { id, key } = (await made.json()) as KeyWithSecretBody;
    const asked = await fetch(`${shared().url}/v1/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "user-agent": "Nightly/2.1 (x)",
      },
      body: JSON.stringify({ model: "sonnet", n: 2, messages: [{ role: "user", content: "It's $HOME" }] }),
    });
    expect(asked.status).toBe(200);
    await asked.text();
    await open(page, "Requests");
    const search = page.getByRole("textbox", { name: "Search requests" });
    await search.fill('key:"the nightly build"');
    await search.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("principal") === id);
    await expect.poll(() => page.locator("[data-row-id]").count()).toBe(1);
    // By what a program's name begins with.
    await search.fill("client:nightly");
    await search.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("client") === "Nightly/2.1 (x)");
    await page.locator("[data-row-id]").click();
    const drawer = page.getByRole("dialog");
    await drawer
      .locator("dt")
      .filter({ hasText: /^Turns$/ })
      .waitFor();
    await drawer.getByText("user: It's $HOME").waitFor();
    await drawer.getByRole("tab", { name: "Repeat as curl" }).click();
    await drawer.getByText(String.raw`"content": "It'\''s $HOME"`).waitFor();
  });
});

/** Nothing is loading and nothing moves. */
async function untilQuiet(page: Page): Promise<void> {
  await page.locator(".mantine-Skeleton-root, .mantine-Loader-root").first().waitFor({ state: "detached" });
  await page.evaluate(
    "Promise.all(document.getAnimations().filter((each) => each.effect.getComputedTiming().iterations !== Infinity).map((each) => each.finished.catch(() => {})))",
  );
}

interface Look {
  readonly align: string;
  readonly size: string;
}

/** Runs in the page: how each column's heading and its cell in the first row are written. */
const LOOKS_OF_COLUMNS = `
  [...document.querySelectorAll("th")].map((head, index) => {
    const cell = document.querySelector("tbody tr").children[index];
    const look = (each) => ({
      align: getComputedStyle(each).textAlign.replace("left", "start"),
      size: getComputedStyle(each.querySelector("button, a, p") ?? each).fontSize,
    });
    return { head: look(head), cell: look(cell) };
  })`;
