/** An uploaded file that a request names. */
export interface GivenFile {
  readonly filename: string;
  readonly base64: string;
}

/** Finds an uploaded file by its id, among those that were loaded for the request. */
export type FindFile = (id: string) => GivenFile | undefined;

export const NO_FILES_GIVEN: FindFile = () => undefined;
