import type { Misfit } from "../core/models/fit-turn.ts";

/** The client's own names for the parameters that a model may not accept as asked. */
export type ParameterNames = Readonly<Partial<Record<Misfit, string>>>;
