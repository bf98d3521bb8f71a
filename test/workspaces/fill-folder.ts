import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes this many files, a hundred in each folder, in a tree like that of a large project. */
export function fillFolder(folder: string, files: number): void {
  for (let part = 0; part < files / 100; part += 1) {
    const path = join(folder, `folder${part % 20}`, `part${Math.floor(part / 20)}`);
    mkdirSync(path, { recursive: true });
    for (let at = 0; at < 100; at += 1) {
      writeFileSync(
        join(path, `file${at}.ts`),
        `export const number${at} = ${part};\n`.repeat(1 + (at % 20)),
      );
    }
  }
}
