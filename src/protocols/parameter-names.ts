import type { Misfit } from "../core/models/fit-turn.ts";

/** How the client spelled what a model may not take as it was asked. */
export type ParameterNames = Readonly<Partial<Record<Misfit, string>>>;
