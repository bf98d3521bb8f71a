/** Things that have no identity but their place, for lists whose elements keep it. */
export function numbered<Item>(
  items: readonly Item[],
): readonly { readonly place: string; readonly item: Item }[] {
  return items.map((item, index) => ({ place: `${index}`, item }));
}
