/** For a shell: nothing in it is read as anything but itself. Control characters are left out: a terminal would act on them when they are pasted. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll(CONTROLS, "").replaceAll("'", String.raw`'\''`)}'`;
}

/** All but the end of a line. */
const CONTROLS = /[^\P{Cc}\n]/gu;
