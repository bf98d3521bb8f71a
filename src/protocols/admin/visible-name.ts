import * as z from "zod";

/** A name that people give to something. Without characters that nobody sees: names are compared by eye. */
export function visibleName(mostCharacters: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(mostCharacters)
    .refine((name) => !/\p{C}/u.test(name), "It must have no characters that nobody sees, such as tabs.");
}
