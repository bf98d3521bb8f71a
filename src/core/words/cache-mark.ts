/**
 * The client's word that the model's API is to keep in its prompt cache what stands before a part, and the part. It belongs to the
 * request that brings it and is no part of what was said: the next request has its own.
 */
export interface CacheMark {
  /** How long it is kept from its last use on; the API's default is `5m`. */
  readonly ttl?: "5m" | "1h";
}

/** What a client may mark. */
export interface Markable {
  readonly cache?: CacheMark;
}
