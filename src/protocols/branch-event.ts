import type { TurnEvent } from "../core/words/turn-event.ts";

/**
 * An event of one of the turns that serve a request side by side. An event without a number belongs to the first or only turn.
 */
export type BranchEvent = TurnEvent & { readonly branch?: number };
