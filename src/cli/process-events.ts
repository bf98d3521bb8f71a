/** The part of Node's `process` that a command's life hangs on; a fake takes its place in tests. */
export interface ProcessEvents {
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
  exit(code: number): void;
}
