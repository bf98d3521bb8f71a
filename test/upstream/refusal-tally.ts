import { readFileSync, rmSync } from "node:fs";

export interface TallyEntry {
  kind: "refused" | "wanted";
  file: string;
  test: string;
  message: string;
}

/** What was refused in a whole run and wanted by no test: each refusal is wanted once. */
export function readTally(file: string): { refused: number; unwanted: TallyEntry[] } {
  const entries = parseEntries(file);
  const wanted = new Map<string, number>();
  for (const { kind, message } of entries) {
    if (kind === "wanted") wanted.set(message, (wanted.get(message) ?? 0) + 1);
  }
  const refused = entries.filter(({ kind }) => kind === "refused");
  const unwanted = refused.filter(({ message }) => {
    const left = wanted.get(message) ?? 0;
    wanted.set(message, left - 1);
    return left <= 0;
  });
  return { refused: refused.length, unwanted };
}

export function removeTally(file: string): void {
  rmSync(file, { force: true });
}

function parseEntries(file: string): TallyEntry[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    // Proof: only `tally` of start-model.ts writes to the file.
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as TallyEntry);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
