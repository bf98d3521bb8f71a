interface PlacementWords {
  readonly label: string;
  readonly about: string;
  readonly color: string;
}

/** Where a turn ran, in words for people. */
export const PLACEMENTS: Readonly<Record<string, PlacementWords>> = {
  hot: { label: "Hot", about: "The conversation's own process was still there.", color: "sign" },
  spare: { label: "Spare", about: "A process stood ready.", color: "teal" },
  resumed: { label: "Resumed", about: "A process took up the conversation's transcript.", color: "violet" },
  imported: { label: "Imported", about: "The history came with the request.", color: "yellow" },
  cold: { label: "Cold", about: "A process had to be started first.", color: "orange" },
};
