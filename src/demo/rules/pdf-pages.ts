/** The number of pages that a PDF lists in plain text; 0 when they are inside compressed objects. */
export function countPages(pdf: Buffer): number {
  return pdf.toString("latin1").match(/\/Type\s*\/Page(?![a-zA-Z])/g)?.length ?? 0;
}
