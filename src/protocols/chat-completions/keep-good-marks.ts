import { findMisplaced, marksOf, MAX_MARKS, withoutMarks } from "../../core/requests/cache-marks.ts";

/** Marks for the prompt cache are no part of Chat Completions: where the model's API would refuse them, all of them are left out. */
export function keepGoodMarks<Request extends Parameters<typeof marksOf>[0]>(request: Request): Request {
  const marks = marksOf(request);
  const isGood = marks.length <= MAX_MARKS && findMisplaced(marks) < 0;
  return isGood ? request : withoutMarks(request);
}
