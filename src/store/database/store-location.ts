/** Which database to use. */
export type StoreLocation =
  /** A path, or `:memory:` for a database that ends with the process. */
  | { readonly type: "sqlite"; readonly file: string }
  /** A connection string such as `postgres://user:password@host:5432/database`. */
  | { readonly type: "postgres"; readonly url: string };
