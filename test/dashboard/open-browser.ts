import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { beforeAll } from "vitest";

import { BROWSER } from "./browser.ts";

/** CI keeps what is there. */
const SCREENSHOTS = process.env["TURNPIKE_TEST_SCREENSHOTS"] ?? join(tmpdir(), "turnpike-screenshots");

/** How long a page is waited for. */
const PATIENCE_MS = 90_000;

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
export const DESK = { viewport: { width: 1360, height: 860 } } as const;

/** What a page did that it must not. */
export interface Misdeeds {
  /** Requests that went anywhere but to the server. */
  readonly elsewhere: string[];
  /** What the policy refused, and scripts that failed. */
  readonly errors: string[];
}

export interface Visit extends Misdeeds {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Of the page as it is, for people who look at what a run did. */
  shoot(name: string): Promise<void>;
}

/** One browser for the tests of a file. */
export function shareBrowser(): {
  /** A person with a browser of their own: cookies and storage are nobody else's. */
  visit(url: string, options?: BrowserContextOptions): Promise<Visit>;
} {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (BROWSER.type === "missing") return;
    // Root, as in CI's container, has no sandbox of Chromium's; the pages are ours.
    browser = await chromium.launch({ executablePath: BROWSER.path, args: ["--no-sandbox"] });
    return () => browser?.close();
  });
  return {
    async visit(url, options = {}) {
      if (!browser) throw new Error("The browser is there only inside tests.");
      const context = await browser.newContext({
        locale: "en-US",
        timezoneId: "Europe/Berlin",
        ...DESK,
        ...options,
      });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const misdeeds = watch(page, new URL(url).origin);
      return {
        ...misdeeds,
        context,
        page,
        async shoot(name) {
          await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
        },
      };
    },
  };
}

/** Who is not signed in is told so by this status, and Chromium tells the console. */
const EXPECTED = /Failed to load resource: the server responded with a status of (401|404)/;

function watch(page: Page, origin: string): Misdeeds {
  const elsewhere: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) elsewhere.push(url);
  });
  page.on("websocket", (socket) => elsewhere.push(socket.url()));
  page.on("console", (message) => {
    const isBad = message.type() === "error" || /Content.Security.Policy/i.test(message.text());
    if (isBad && !EXPECTED.test(message.text())) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  return { elsewhere, errors };
}
