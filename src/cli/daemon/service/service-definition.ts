/** What a supervisor needs to know to run the server. All paths are absolute. */
export interface ServiceDefinition {
  /** The program and its arguments, unquoted. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Gets what the server prints. */
  readonly outputFile: string;
  /** Further variables, such as keys, where the supervisor can read them from a file. */
  readonly environmentFile: string;
  /** How long the server may take to stop. */
  readonly stopSeconds: number;
}
