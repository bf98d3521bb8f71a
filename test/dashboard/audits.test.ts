import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";

import { shareTurnpike } from "../integration/share-turnpike.ts";
import { BROWSER, describeInBrowser } from "./browser.ts";
import { freePort } from "../integration/channel/start-channel.ts";
import { shareBrowser } from "./open-browser.ts";
import { PAGE_NAMES } from "./page-names.ts";
import { shareAdmin } from "./share-admin.ts";

const LIGHTHOUSE = join(import.meta.dirname, "../tools/node_modules/lighthouse/core/index.js");
const LEAST_SCORE = 0.95;
/** Charts, a table with filters, forms: the three kinds of page that there are. All twelve take minutes, and are asked for. */
const AUDITED =
  process.env["TURNPIKE_TEST_PAGES"] === "all" ? PAGE_NAMES : (["Overview", "Requests", "Settings"] as const);

/** What Lighthouse tells of one page, as far as it is read here. */
interface Audit {
  readonly lhr: {
    readonly runtimeError?: { readonly message: string };
    readonly finalDisplayedUrl: string;
    readonly categories: { readonly accessibility: { readonly score: number | null } };
    readonly audits: Readonly<Record<string, { readonly id: string; readonly score: number | null }>>;
  };
}

describeInBrowser("audits", () => {
  const shared = shareTurnpike();
  const browser = shareBrowser();
  const state = shareAdmin(shared, browser);

  const title = "Lighthouse finds the pages accessible";
  if (!existsSync(LIGHTHOUSE) && process.env["CI"] !== "true") {
    test.skip(`${title} (\`npm ci --prefix test/tools\` installs it)`, () => {});
    return;
  }
  test(title, { timeout: 60_000 + AUDITED.length * 100_000 }, async () => {
    if (BROWSER.type === "missing") return expect.unreachable();
    const port = await freePort();
    const audited = await chromium.launch({
      executablePath: BROWSER.path,
      args: ["--no-sandbox", `--remote-debugging-port=${port}`],
    });
    onTestFinished(() => audited.close());
    const { default: lighthouse } = (await import(pathToFileURL(LIGHTHOUSE).href)) as {
      default(url: string, flags: object): Promise<Audit | undefined>;
    };
    const cookie = state()
      .cookies.map(({ name, value }) => `${name}=${value}`)
      .join("; ");
    const scores: Record<string, number | null> = {};
    const failed: string[] = [];
    for (const name of AUDITED) {
      const url = `${shared().url}/dashboard/${name.toLowerCase()}`;
      const result = await lighthouse(url, {
        port,
        onlyCategories: ["accessibility"],
        extraHeaders: { Cookie: cookie },
        formFactor: "desktop",
        screenEmulation: { disabled: true },
        throttlingMethod: "provided",
        logLevel: "error",
      });
      expect(result?.lhr.runtimeError).toBeUndefined();
      // Not the sign-in.
      expect(result?.lhr.finalDisplayedUrl).toBe(url);
      const score = result?.lhr.categories.accessibility.score ?? null;
      scores[name] = score;
      if ((score ?? 0) >= LEAST_SCORE) continue;
      const bad = Object.values(result?.lhr.audits ?? {}).filter((audit) => audit.score === 0);
      failed.push(`${name}: ${score}, ${bad.map(({ id }) => id).join(", ")}`);
    }
    console.log(`Lighthouse, accessibility: ${JSON.stringify(scores)}`);
    expect(failed).toEqual([]);
  });
});
