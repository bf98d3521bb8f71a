import { z } from "zod";

/** `Date.parse` takes nearly any text that ends in a number for a time. */
const ISO = /^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?)?$/;

/** Milliseconds since the epoch, or ISO 8601. */
export const queryTime = z.string().transform((text, context) => {
  const at = /^\d{1,15}$/.test(text)
    ? Number(text)
    : ISO.test(text)
      ? Date.parse(text.replace(",", "."))
      : Number.NaN;
  if (!Number.isNaN(at)) return at;
  context.addIssue({ code: "custom", message: "not a time" });
  return z.NEVER;
});
