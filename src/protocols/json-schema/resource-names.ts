/** The names that schemas inside one schema have given themselves (`$id`, `$anchor`), for looking up what references name. */
export class ResourceNames {
  readonly #names: ReadonlySet<string>;
  /** Written backwards and in order, so that one of many with a certain end is found without looking at all. */
  readonly #backwards: readonly string[];
  /** Whether a schema inside has an `$id` of its own. */
  readonly hasEmbedded: boolean;

  /** `rootId`: the `$id` of the whole. */
  constructor(names: ReadonlySet<string>, rootId: unknown) {
    this.#names = names;
    this.#backwards = [...names].map((name) => reverse(name.replace(/#$/, ""))).sort();
    this.hasEmbedded = [...names].some((name) => !name.startsWith("#") && name !== rootId);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** A relative reference is resolved against the `$id` around it, so it is enough that some `$id` ends in it. */
  hasResource(base: string): boolean {
    return this.#endsIn(base, true) || this.#endsIn(`/${base.replace(/^\.?\//, "")}`, false);
  }

  #endsIn(text: string, isWhole: boolean): boolean {
    const wanted = reverse(text);
    let low = 0;
    let high = this.#backwards.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#backwards[middle] ?? "") < wanted) low = middle + 1;
      else high = middle;
    }
    const found = this.#backwards[low];
    return found !== undefined && (isWhole ? found === wanted : found.startsWith(wanted));
  }
}

function reverse(text: string): string {
  return text.split("").toReversed().join("");
}
