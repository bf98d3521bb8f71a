import { dirname, join } from "node:path";

import { findMentions } from "./find-mentions.ts";
import { readInside } from "./read-inside.ts";

/** The limit on all notes together, in characters. Claude Code itself warns at a tenth of it. */
const MAX_TOTAL = 400_000;
/** The limit on files that are looked for; notes may mention any number. */
const MAX_TRIES = 200;
/** How many steps are followed from notes to the notes that they mention. */
const MAX_HOPS = 5;

interface Note {
  readonly path: string;
  readonly text: string;
}

export interface NotesOptions {
  /** Absolute paths that are never read, with everything inside them. */
  readonly excluded: readonly string[];
}

/**
 * The text of the CLAUDE.md files of a folder and of those above it, for the model. It is for a folder whose settings Claude Code
 * must not read, which keeps it from the notes as well. The outermost come first, so that the nearest have the last word. A file,
 * and what it mentions with `@path`, is read only where it lies in the folder that the file speaks for.
 */
export async function readNotes(workspace: string, { excluded }: NotesOptions): Promise<string> {
  const notes = new Map<string, Note>();
  let room = MAX_TOTAL;
  let tries = 0;
  const add = async (path: string, root: string, hops: number): Promise<void> => {
    tries += 1;
    if (tries > MAX_TRIES) return;
    const found = await readInside(path, root, { excluded, maxBytes: MAX_TOTAL });
    if (found === undefined || notes.has(found.realPath) || found.text.length > room) return;
    if (found.text.trim() === "") return;
    room -= found.text.length;
    notes.set(found.realPath, { path, text: found.text });
    if (hops >= MAX_HOPS) return;
    for (const mention of findMentions(found.text)) {
      await add(join(dirname(path), mention), root, hops + 1);
    }
  };
  for (const folder of [...foldersAbove(workspace), workspace]) {
    await add(join(folder, "CLAUDE.md"), folder, 0);
    await add(join(folder, ".claude", "CLAUDE.md"), folder, 0);
  }
  return notes.size === 0 ? "" : [INTRODUCTION, ...Array.from(notes.values(), format)].join("\n\n");
}

const INTRODUCTION = `# Notes of the project

The working folder and those above it have notes for whoever works in them (CLAUDE.md). Follow them as far as they serve what the user wants.`;

function format({ path, text }: Note): string {
  return `Notes in ${path}:\n\n${text.trim()}`;
}

/** The outermost comes first. */
function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [] : [...foldersAbove(above), above];
}

/** Where the person's own notes are, which Claude Code reads by itself. */
export function ownNotes(environment: Readonly<Record<string, string>>): readonly string[] {
  const { CLAUDE_CONFIG_DIR, HOME } = environment;
  if (CLAUDE_CONFIG_DIR !== undefined) return [CLAUDE_CONFIG_DIR];
  return HOME === undefined ? [] : [join(HOME, ".claude")];
}
