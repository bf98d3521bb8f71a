/** The rules of one `.gitignore`, read as git reads them, for folders outside git repositories. */
export interface IgnoreRules {
  /** Undefined when no rule here matches. `path` is relative to the folder of the rules. */
  decide(path: string, isFolder: boolean): "ignored" | "kept" | undefined;
}

interface Rule {
  readonly matches: (path: string, name: string) => boolean;
  readonly isNegated: boolean;
  readonly isForFolders: boolean;
}

export function parseIgnoreRules(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .flatMap((line) => parseRule(line) ?? [])
    // The last matching rule decides.
    .toReversed();
  return {
    decide(path, isFolder) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const rule = rules.find((each) => (isFolder || !each.isForFolders) && each.matches(path, name));
      return rule && (rule.isNegated ? "kept" : "ignored");
    },
  };
}

function parseRule(line: string): Rule | undefined {
  let pattern = line.replace(/(?<!\\)((?:\\\\)*) +$/, "$1");
  if (pattern === "" || pattern.startsWith("#")) return undefined;
  const isNegated = pattern.startsWith("!");
  if (isNegated) pattern = pattern.slice(1);
  const isForFolders = pattern.endsWith("/");
  if (isForFolders) pattern = pattern.slice(0, -1);
  const isAnchored = pattern.includes("/");
  if (pattern.startsWith("/")) pattern = pattern.slice(1);
  if (pattern === "") return undefined;
  const matches = matcher(pattern, isAnchored);
  return matches && { matches, isNegated, isForFolders };
}

function matcher(pattern: string, isAnchored: boolean): Rule["matches"] | undefined {
  if (!/[*?[\\]/.test(pattern)) {
    return isAnchored ? (path) => path === pattern : (_path, name) => name === pattern;
  }
  const ending = isAnchored ? undefined : /^\*([^*?[\\/]+)$/.exec(pattern)?.[1];
  if (ending !== undefined) return (_path, name) => name.endsWith(ending);
  try {
    const expression = new RegExp(`^${toExpression(pattern)}$`, "s");
    return isAnchored ? (path) => expression.test(path) : (_path, name) => expression.test(name);
  } catch {
    // An invalid pattern matches nothing.
    return undefined;
  }
}

const TOKENS = /^\*\*\/|\/\*\*\/|\/\*\*$|\*+|\?|\[[!^]?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|\\.|./gs;

function toExpression(given: string): string {
  // Several in a row mean the same as one.
  const pattern = given.replaceAll(/(?<=^|\/)(?:\*\*\/){2,}/g, "**/");
  return pattern.replaceAll(TOKENS, (token, at: number) => {
    if (token === "**/" && at === 0) return "(?:.*/)?";
    if (token === "/**/") return "/(?:.*/)?";
    if (token === "/**") return "/.+";
    // Anchored at the folder's root, as in `/**`.
    if (pattern === "**") return ".*";
    if (token.startsWith("*")) return "[^/]*";
    if (token === "?") return "[^/]";
    if (token.startsWith("[") && token.length > 1) return toClass(token);
    return escapeText(token.startsWith("\\") ? token.slice(1) : token);
  });
}

function toClass(token: string): string {
  const isNegated = token[1] === "!" || token[1] === "^";
  const inner = token
    .slice(isNegated ? 2 : 1, -1)
    .replace(/^\]/, "\\]")
    .replaceAll("[:alnum:]", "a-zA-Z0-9")
    .replaceAll("[:alpha:]", "a-zA-Z")
    .replaceAll("[:digit:]", "0-9")
    .replaceAll("[:lower:]", "a-z")
    .replaceAll("[:upper:]", "A-Z")
    .replaceAll("[:space:]", "\\s")
    .replaceAll("[", "\\[");
  return `(?!/)[${isNegated ? "^" : ""}${inner}]`;
}

function escapeText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
