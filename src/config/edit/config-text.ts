import type { ConfigChange } from "./config-changes.ts";

/** How the text of a configuration is read and changed, for one format. */
export interface ConfigText {
  /**
   * What the text says; undefined when it says nothing.
   * @throws Error in words for the person when the text is not of this format
   */
  read(text: string): unknown;
  /** The text with the change; all else in it, comments too, stays as it is. */
  change(text: string, change: ConfigChange): string;
}
