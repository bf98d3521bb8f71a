import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "vitest";

import { slownessOf } from "../machine-speed.ts";
import type { Visit } from "./open-browser.ts";

/** What the page of known work takes where the processor has nothing else to do, and its machine neither. */
const QUIET_MS = 450;
const VISITS = 9;
const ELEMENTS = 2_000;

/** How many times as long as on a quiet machine a browser takes here for a page of known work; 1 at least. */
export async function measureBrowserSlowness(visit: (url: string) => Promise<Visit>): Promise<number> {
  const server = createServer((request, response) => {
    const isScript = request.url === "/work.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? WORK : '<div id="root"></div><script type="module" src="/work.js"></script>');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // Proof for the cast: it listens at a port.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const times: number[] = [];
  for (let count = 0; count < VISITS; count++) {
    const { page, context } = await visit(url);
    await page.goto(url);
    const drawnAfterMs = () => page.evaluate<number | undefined>("window.drawnAfterMs");
    await expect.poll(drawnAfterMs).toEqual(expect.any(Number));
    times.push((await drawnAfterMs()) ?? Number.NaN);
    await context.close();
  }
  await new Promise((resolve) => server.close(resolve));
  console.log(`The page of known work took ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  return slownessOf(times, QUIET_MS);
}

/** What most of a page's time goes to: code that is read for the first time, and elements with their styles. */
const WORK = `${Array.from({ length: ELEMENTS }, (_, index) => makeElement(index)).join("\n")}
const root = document.querySelector("#root");
for (const make of [${Array.from({ length: ELEMENTS }, (_, index) => `make${index}`).join(",")}]) root.append(make("text"));
requestAnimationFrame(() => requestAnimationFrame(() => { window.drawnAfterMs = performance.now(); }));`;

function makeElement(index: number): string {
  return `function make${index}(text) {
  const element = document.createElement("div");
  const props = { id: "element-${index}", className: ["a", "b", text].join(" "), style: "padding:${index % 7}px" };
  for (const [name, value] of Object.entries(props)) element[name === "style" ? "title" : name] = value;
  element.style.cssText = props.style;
  element.textContent = \`\${text} ${index}\`;
  return element;
}`;
}
