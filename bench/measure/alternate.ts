export interface Rounds {
  readonly counted: number;
  /** Rounds before those, whose samples are dropped. */
  readonly warmUps: number;
}

/**
 * Measures several subjects by turns, in the opposite order every second round, so that the machine's noise hits all alike.
 */
export async function alternate<Subject extends string, Sample>(
  { counted, warmUps }: Rounds,
  subjects: Readonly<Record<Subject, () => Promise<Sample>>>,
): Promise<Readonly<Record<Subject, readonly Sample[]>>> {
  // Proof: `Object.entries` of a record with these keys.
  const entries = Object.entries(subjects) as [Subject, () => Promise<Sample>][];
  const measured = entries.map(([subject, measure]) => ({ subject, measure, samples: new Array<Sample>() }));
  for (let round = 0; round < warmUps + counted; round += 1) {
    for (const { measure, samples } of round % 2 === 0 ? measured : measured.toReversed()) {
      samples.push(await measure());
    }
  }
  const results = measured.map(({ subject, samples }) => [subject, samples.slice(warmUps)]);
  // Proof: one entry for each subject.
  return Object.fromEntries(results) as Record<Subject, readonly Sample[]>;
}
