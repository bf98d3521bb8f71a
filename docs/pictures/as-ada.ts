import type { Home } from "./open-home.ts";
import type { ScreenLine } from "./read-screen.ts";

const KEY = "xT4f7YAs-WHkUdKfjNfhrYnDb1AgXsr_mw5LcywrtBk";

/** The same lines as on the machine of a user named ada, and with keys that open nothing. */
export function asAda(lines: readonly ScreenLine[], { folder }: Home): readonly ScreenLine[] {
  return lines.map((line) =>
    line.map(({ text, codes }) => ({
      codes,
      text: text
        .replaceAll(folder, "/home/ada")
        .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:4141")
        .replaceAll(/\b(tp-(?:approver-)?)[\w-]{43}/g, `$1${KEY}`)
        .replaceAll(/\b(welcome#)[\w-]{24}/g, `$1${KEY.slice(0, 24)}`),
    })),
  );
}

/** From the first line that is like this. */
export function fromLine(lines: readonly ScreenLine[], pattern: RegExp): readonly ScreenLine[] {
  const index = lines.findIndex((line) => pattern.test(line.map(({ text }) => text).join("")));
  return trimmed(lines.slice(Math.max(index, 0)));
}

/** Without blank lines at both ends. */
export function trimmed(lines: readonly ScreenLine[]): readonly ScreenLine[] {
  const first = lines.findIndex(hasText);
  return lines.slice(first, lines.findLastIndex(hasText) + 1);
}

function hasText(line: ScreenLine): boolean {
  return line.length > 0;
}
