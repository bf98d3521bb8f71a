/** The longest path that a system accepts. */
const MAX_PATH_LENGTH = 4_096;

/** What a shell takes for one word, quotes and escapes in it included. A quote that is not closed stands between two words. */
const SHELL_WORD = /(?:\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"'\\|&;()<>])+/gs;
const QUOTED_OR_ESCAPED = /"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\\(.)/gs;

/**
 * Everything in the arguments of a command that may be taken for a path: the whole text, quoted parts and words, each also without
 * what may follow a path. For `$0`, `$1` and so on Claude Code splits them as a shell does, where `li""nk` is `link`.
 */
export function argumentWords(text: string): ReadonlySet<string> {
  const quoted = [...text.matchAll(/"([^"]+)"|'([^']+)'|`([^`]+)`/g)].flatMap((match) => match.slice(1));
  const shellWords = (text.match(SHELL_WORD) ?? []).map(unquote);
  // Whatever opens and closes a quote here.
  const bareWords = text.replace(/["'\\]/g, "").split(/[\s|&;()<>]+/);
  const words = [text, ...quoted, ...text.split(/\s+/), ...shellWords, ...bareWords].flatMap((word) => {
    const bare = word?.trim().replace(/^["'`([{<]+/, "") ?? "";
    if (bare.length > MAX_PATH_LENGTH) return [];
    return [bare, bare.replace(/#.*$/s, ""), withoutMarks(bare)];
  });
  return new Set(words.filter((word) => word !== ""));
}

function unquote(word: string): string {
  return word.replace(
    QUOTED_OR_ESCAPED,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replace(/\\(.)/gs, "$1") ?? single ?? escaped ?? "",
  );
}

/** The word without the punctuation at its end. */
function withoutMarks(word: string): string {
  let end = word.length;
  while (end > 0 && !/[\w/~]/.test(word.charAt(end - 1))) end -= 1;
  return word.slice(0, end);
}
