/** A path after `@` at the beginning of a word; `\ ` stands for a space in it. */
const MENTION = /(?<=^|\s)@((?:\\ |[^\s\\])+)/g;
/** A mention inside code is only code. */
const CODE = /^(```|~~~)[^]*?^\1|`[^`\n]*`/gm;

/** The relative paths that notes mention with `@path`, as they are written. Other paths lie elsewhere and are not followed. */
export function findMentions(text: string): readonly string[] {
  const paths = Array.from(text.replaceAll(CODE, " ").matchAll(MENTION), ([, path = ""]) =>
    path.replaceAll(String.raw`\ `, " ").replace(/#.*$/, ""),
  );
  return paths.filter((path) => path !== "" && !path.startsWith("/") && !path.startsWith("~"));
}
