/** A person's own setting that connecting would change for the worse; the message says which, and what to do. */
export class ClientConflict extends Error {}
