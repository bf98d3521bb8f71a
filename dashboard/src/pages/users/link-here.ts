/** The server names itself as it is bound; whoever reads this came by another name, perhaps, and so will the other person. */
export function linkHere(link: string, origin: string): string {
  const { pathname, hash } = new URL(link, origin);
  return `${origin}${pathname}${hash}`;
}
