/** A text that cannot be read, or not be changed without harm to what else is in it. */
export class ConfigTextError extends Error {}
