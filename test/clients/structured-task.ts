import * as zod from "zod";

/** What a client wants to have as an object. */
export const citySchema = zod.object({
  city: zod.string(),
  population: zod.number(),
  districts: zod.array(zod.string()),
});

export const city = { city: "Łódź", population: 670_000, districts: ["Bałuty", "Polesie"] };

export const cityJson = JSON.stringify(city);
