/** All parts of a word that may be a path, as in `--file=a`, `-Ca`, `HEAD:a`, `a:3` or `@a`. */
export function partsOf(text: string): readonly string[] {
  const marks = Array.from(text.matchAll(/[=:,@]/g), ({ index }) => index);
  const starts = [0, ...marks.map((mark) => mark + 1)];
  const parts = starts.flatMap((start) => {
    const end = marks.find((mark) => mark >= start) ?? text.length;
    return [text.slice(start), text.slice(start, end), text.slice(0, end)];
  });
  // A short option may have its value directly behind it, perhaps after other options.
  const count = /^-[^-]/.test(text) ? Math.min(text.length, Math.max(12, text.indexOf("/") + 1)) - 2 : 0;
  const values = Array.from({ length: count }, (_, index) => text.slice(index + 2));
  return [...new Set([...parts, ...values])].filter((part) => part !== "" && part !== "-");
}
