/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The only place that reads this process's environment; everything else is passed what it needs. */
export function readProcessEnvironment(): Environment {
  return { ...process.env };
}
