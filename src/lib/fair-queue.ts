/** Waiting items of several owners: in order for each owner, and the owners take turns. */
export class FairQueue<Item> {
  readonly #byOwner = new Map<string, Item[]>();

  countOf(owner: string): number {
    return this.#byOwner.get(owner)?.length ?? 0;
  }

  add(owner: string, item: Item): void {
    const items = this.#byOwner.get(owner);
    if (items) items.push(item);
    else this.#byOwner.set(owner, [item]);
  }

  remove(owner: string, item: Item): void {
    const items = this.#byOwner.get(owner) ?? [];
    const index = items.indexOf(item);
    if (index < 0) return;
    items.splice(index, 1);
    if (items.length === 0) this.#byOwner.delete(owner);
  }

  /**
   * Takes the next item of an owner for whom `mayHave` holds. That owner's following item then comes after those of all others.
   */
  take(mayHave: (owner: string) => boolean): Item | undefined {
    for (const [owner, items] of this.#byOwner) {
      if (!mayHave(owner)) continue;
      const item = items.shift();
      this.#byOwner.delete(owner);
      if (items.length > 0) this.#byOwner.set(owner, items);
      return item;
    }
    return undefined;
  }

  /** Takes all of them. */
  clear(): readonly Item[] {
    const items = [...this.#byOwner.values()].flat();
    this.#byOwner.clear();
    return items;
  }
}
