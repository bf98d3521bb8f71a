/** One instruction, its continuation lines joined. */
export interface Instruction {
  /** In capitals: `RUN`. */
  readonly name: string;
  /** `--from=build` and the like, by name. */
  readonly flags: Readonly<Record<string, string>>;
  /** What stands behind the flags, as written. */
  readonly text: string;
  /** The words of a JSON list, or those between blanks. */
  readonly words: readonly string[];
  /** Whether it was a JSON list, which no shell reads. */
  readonly isExec: boolean;
  readonly line: number;
}

export interface Stage {
  readonly base: string;
  readonly name?: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile. https://docs.docker.com/reference/dockerfile/ ; heredocs and parser directives are not read. */
export function readDockerfile(text: string): readonly Stage[] {
  const stages: { base: string; name?: string; instructions: Instruction[] }[] = [];
  for (const instruction of readInstructions(text)) {
    if (instruction.name === "FROM") {
      const [base = "", as, name] = instruction.words;
      stages.push({ base, ...(as?.toUpperCase() === "AS" && name && { name }), instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (!stage) throw new Error(`Line ${instruction.line}: ${instruction.name} stands before any FROM`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

function readInstructions(text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: { text: string; line: number } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    // Comments may stand between continuation lines; so may empty lines, though Docker warns of them.
    if (/^\s*(#|$)/.test(line)) continue;
    open = { text: (open?.text ?? "") + line.replace(/\\\s*$/, ""), line: open?.line ?? index + 1 };
    if (/\\\s*$/.test(line)) continue;
    found.push(readInstruction(open.text, open.line));
    open = undefined;
  }
  if (open) throw new Error(`Line ${open.line}: it goes on behind the end of the file`);
  return found;
}

function readInstruction(text: string, line: number): Instruction {
  const [, name = "", rest = ""] = /^\s*(\w+)\s*([^]*)$/.exec(text) ?? [];
  const flags: Record<string, string> = {};
  let behind = rest.trim();
  for (let flag = FLAG.exec(behind); flag; flag = FLAG.exec(behind)) {
    const [whole, key = "", value = ""] = flag;
    flags[key] = value;
    behind = behind.slice(whole.length);
  }
  const list = readList(behind);
  return {
    name: name.toUpperCase(),
    flags,
    text: behind,
    words: list ?? behind.split(/\s+/),
    isExec: list !== undefined,
    line,
  };
}

const FLAG = /^--([a-z][\w-]*)(?:=(\S*))?\s+/;

function readList(text: string): readonly string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || !value.every((word) => typeof word === "string")) {
    throw new Error(`${text} is no list of words`);
  }
  return value;
}

/** `NAME=value NAME="other value"` of ENV and ARG; a value without `=` is undefined. */
export function readPairs(text: string): readonly (readonly [string, string | undefined])[] {
  return [...text.matchAll(/(\w+)(?:=(?:"((?:[^"\\]|\\.)*)"|(\S*)))?/g)].map(
    ([, name = "", quoted, plain]) => [name, quoted?.replaceAll(/\\(.)/g, "$1") ?? plain],
  );
}

/** With `$NAME` and `${NAME}` filled in. */
export function fillIn(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(?:(\w+)|\{(\w+)\})/g, (_, bare, braced) => variables[bare ?? braced] ?? "");
}
