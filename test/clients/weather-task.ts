import { textBlock, toolUse } from "../../src/demo/build-reply.ts";
import type { Block } from "../../src/demo/reply.ts";
import type { SeenCall } from "./tool-rounds.ts";

const DEGREES: Readonly<Record<string, number>> = { Łódź: 12, Oslo: 4, Rome: 21 };

const CITIES: readonly (readonly string[])[] = [["Łódź"], ["Oslo", "Rome"], ["Łódź"]];

/** The tool of a client: what it answers goes back to the model. */
export function readWeather({ city }: { readonly city: string }): string {
  return `${DEGREES[city] ?? "?"} °C in ${city} 🌤`;
}

/** Three rounds: a call with some text before it, two at once, and the first one again. */
export function weatherRounds(): Block[][] {
  return CITIES.map((cities, round) => [
    ...(round === 0 ? [textBlock("Let me look.")] : []),
    ...cities.map((city) => toolUse("read_weather", { city }, { chunkSize: 6 })),
  ]);
}

/** The rounds as the model must find them in its history. */
export function weatherSeen(): SeenCall[][] {
  return CITIES.map((cities) =>
    cities.map((city) => ({ name: "read_weather", input: { city }, output: readWeather({ city }) })),
  );
}
