export interface Rounds {
  readonly counted: number;
  /** Rounds before those, whose samples are dropped. */
  readonly warmUps: number;
  /** Begin with the last subject. */
  readonly isReversed?: boolean;
}

/**
 * Measures several subjects by turns, so that the machine's noise hits all alike. The order is the same in every round:
 * Claude Code answers faster the shorter it was idle, so all must have been idle for equally long.
 */
export async function alternate<Subject extends string, Sample>(
  { counted, warmUps, isReversed = false }: Rounds,
  subjects: Readonly<Record<Subject, () => Promise<Sample>>>,
): Promise<Readonly<Record<Subject, readonly Sample[]>>> {
  // Proof: `Object.entries` of a record with these keys.
  const entries = Object.entries(subjects) as [Subject, () => Promise<Sample>][];
  const measured = entries.map(([subject, measure]) => ({ subject, measure, samples: new Array<Sample>() }));
  const inOrder = isReversed ? measured.toReversed() : measured;
  for (let round = 0; round < warmUps + counted; round += 1) {
    for (const { measure, samples } of inOrder) samples.push(await measure());
  }
  const results = measured.map(({ subject, samples }) => [subject, samples.slice(warmUps)]);
  // Proof: one entry for each subject.
  return Object.fromEntries(results) as Record<Subject, readonly Sample[]>;
}
