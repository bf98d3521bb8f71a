const MAX_NAMES = 50;
const LONGEST = 100;

/** Names that clients may choose become few: those that come first, and `other` for the rest. */
export class BoundedNames {
  readonly #known = new Set<string>();

  of(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= MAX_NAMES || name.length > LONGEST) return "other";
    this.#known.add(name);
    return name;
  }
}
