/** One word of a command as the shell passes it on, as far as that can be told before the command runs. */
export interface ShellWord {
  /** The word without its quotes. */
  readonly text: string;
  /** The word as a pattern, in which nothing is special but what the shell fills in from file names: `*`, `?` and `[`. */
  readonly glob?: string;
  /** The shell puts something unknown into the word: a variable, a home folder, braces. */
  readonly isUnclear: boolean;
}

/** A program with its arguments, between two operators. */
export interface SimpleCommand {
  readonly words: readonly ShellWord[];
  /** Files that the command gets as input through `<`. */
  readonly inputs: readonly ShellWord[];
  /** Files that its output goes to, and numbers of descriptors. */
  readonly outputs: readonly ShellWord[];
  /** The command as it is written in the line. */
  readonly source: string;
}

/** Words that a command may directly follow. */
const KEYWORDS: ReadonlySet<string> = new Set(
  "if then elif else fi while until do done { } ! coproc time".split(" "),
);

const OPERATOR = /(?:\|\||&&|;|\|&?|&(?!>)|\n|[()])/y;
const REDIRECT = /(?:\d*(?:<<<|<<|<>|<&|>>|>&|>\||<|>)|&>>?)/y;
const BLANK = /(?:[ \t]|\\\n|#[^\n]*)+/y;

/**
 * The simple commands of a shell line, including those in loops, conditions, functions and subshells. Undefined when the line has
 * substitutions or here-documents, which Claude Code asks about by itself.
 */
export function parseShellLine(line: string): readonly SimpleCommand[] | undefined {
  const commands: SimpleCommand[] = [];
  let words: ShellWord[] = [];
  let inputs: ShellWord[] = [];
  let outputs: ShellWord[] = [];
  let start = 0;
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(line)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const endCommand = (end: number) => {
    if (words.length + inputs.length + outputs.length > 0) {
      commands.push({ words, inputs, outputs, source: line.slice(start, end).trim() });
    }
    [words, inputs, outputs] = [[], [], []];
  };
  while (at < line.length) {
    if (take(BLANK) !== undefined) continue;
    const from = at;
    const redirect = take(REDIRECT);
    if (redirect !== undefined) {
      if (redirect.endsWith("<<") || line[at] === "(") return undefined;
      take(BLANK);
      const target = readWord(line, at);
      if (!target) return undefined;
      at = target.end;
      if (redirect.endsWith("<") && !redirect.endsWith("<<<")) inputs.push(target.word);
      if (redirect.endsWith("<&") && !/^(?:\d+-?|-)$/.test(target.word.text)) inputs.push(target.word);
      if (redirect.includes(">")) outputs.push(target.word);
      continue;
    }
    if (take(OPERATOR) !== undefined) {
      endCommand(from);
      start = at;
      continue;
    }
    const read = readWord(line, at);
    if (!read || read.end === at) return undefined;
    if (words.length > 0 || !KEYWORDS.has(line.slice(at, read.end))) words.push(read.word);
    else start = read.end;
    at = read.end;
  }
  endCommand(line.length);
  return commands;
}

/** Undefined where a substitution begins, or when a quote is not closed. */
function readWord(
  line: string,
  start: number,
): { readonly word: ShellWord; readonly end: number } | undefined {
  let [text, glob] = ["", ""];
  let [hasGlob, isUnclear] = [false, false];
  let quote: "'" | '"' | undefined;
  const literal = (char: string) => {
    text += char;
    // A quoted star stands for itself; the `?` in its place matches a little more than that.
    glob += "*?[".includes(char) ? "?" : char;
  };
  let at = start;
  for (; at < line.length; at += 1) {
    const char = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else literal(char);
      continue;
    }
    if (char === "`" || (char === "$" && /[(']/.test(next))) return undefined;
    if (char === "$" && /[\w{@*#?!$-]/.test(next)) {
      isUnclear = true;
      literal(char);
    } else if (char === "\\" && (quote === undefined || /["\\$`\n]/.test(next))) {
      at += 1;
      if (next !== "\n") literal(next);
    } else if (char === quote) {
      quote = undefined;
    } else if (quote !== undefined) {
      literal(char);
    } else if (char === "'" || char === '"') {
      quote = char;
    } else if (/[\s;&|<>()]/.test(char)) {
      break;
    } else {
      if ("*?[".includes(char)) hasGlob = true;
      // Braces with a single element stand for themselves, as in `HEAD@{1}`.
      if (char === "{" && /^\{[^}]*(?:,|\.\.)/.test(line.slice(at, at + 4096))) isUnclear = true;
      if ("~=".includes(char) && text === "") isUnclear = true;
      text += char;
      glob += char;
    }
  }
  if (quote !== undefined) return undefined;
  return { word: { text, isUnclear, ...(hasGlob && { glob }) }, end: at };
}
