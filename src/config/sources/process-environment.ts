/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The one place where the environment of this process is read; everything else is handed what it needs. */
export function readProcessEnvironment(): Environment {
  return { ...process.env };
}
