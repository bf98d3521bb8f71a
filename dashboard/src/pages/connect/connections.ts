import type { ConnectionBody } from "../../../../src/protocols/admin/connection-schemas.ts";

/** What the server says of all clients. */
export interface Connections {
  readonly url: string;
  /** Stands where the key belongs. */
  readonly key_placeholder: string;
  readonly model: string;
  readonly data: readonly ConnectionBody[];
}
