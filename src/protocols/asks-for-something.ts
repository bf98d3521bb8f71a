import { isGiven } from "./is-given.ts";

/** Whether a value asks for nothing beyond what happens anyway, by the name of its parameter. */
export type AsksForNothing = Readonly<Record<string, (value: unknown) => boolean>>;

/** Parameters of OpenAI's without effect here that several of its APIs have. */
const COMMON: AsksForNothing = {
  frequency_penalty: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  service_tier: (value) => value === "auto" || value === "default",
};

/** Whether a client is to hear that this parameter has no effect. */
export function asksForSomething(name: string, value: unknown, own: AsksForNothing): boolean {
  if (!isGiven(value)) return false;
  const known = [own, COMMON].find((table) => Object.hasOwn(table, name));
  return known?.[name]?.(value) !== true;
}
