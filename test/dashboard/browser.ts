import { existsSync } from "node:fs";

import { describe, test } from "vitest";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of these tests: Debian's, or the one that `TURNPIKE_TEST_BROWSER` names. */
export const BROWSER = findBrowser();

function findBrowser(): { readonly type: "found"; readonly path: string } | { readonly type: "missing" } {
  const named = process.env["TURNPIKE_TEST_BROWSER"];
  const path = [...(named === undefined ? [] : [named]), ...PLACES].find((each) => existsSync(each));
  return path === undefined ? { type: "missing" } : { type: "found", path };
}

/** Tests in a browser. Where there is none they are skipped saying so, but in CI they fail. */
export function describeInBrowser(name: string, defineTests: () => void): void {
  if (BROWSER.type === "found") {
    describe(name, defineTests);
  } else if (process.env["CI"] === "true") {
    test(name, () => {
      throw new Error("These tests need a browser: the package chromium, or TURNPIKE_TEST_BROWSER.");
    });
  } else {
    test.skip(`${name} (there is no chromium, and TURNPIKE_TEST_BROWSER names none)`, () => {});
  }
}
