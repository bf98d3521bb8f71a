/** A path after `@`, at the beginning of a word; `\ ` is a space in it. */
const MENTION = /(?<=^|\s)@((?:\\ |[^\s\\])+)/g;
/** Mentions in code are code. */
const CODE = /^(```|~~~)[^]*?^\1|`[^`\n]*`/gm;

/** The relative paths that notes mention with `@path`, as they are written. Others lie elsewhere, and are not followed. */
export function findMentions(text: string): readonly string[] {
  const paths = Array.from(text.replaceAll(CODE, " ").matchAll(MENTION), ([, path = ""]) =>
    path.replaceAll(String.raw`\ `, " ").replace(/#.*$/, ""),
  );
  return paths.filter((path) => path !== "" && !path.startsWith("/") && !path.startsWith("~"));
}
