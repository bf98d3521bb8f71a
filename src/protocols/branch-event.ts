import type { TurnEvent } from "../core/words/turn-event.ts";

/** An event of one of the turns that serve a request side by side; without a number, of the first or only one. */
export type BranchEvent = TurnEvent & { readonly branch?: number };
