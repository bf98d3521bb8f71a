import * as z from "zod";

/** A name that people give to something. Without characters that nobody sees: names are compared by eye. */
export function visibleName(mostCharacters: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(mostCharacters)
    .regex(/^[^\p{C}]+$/u);
}
