/** A database that cannot be opened or read. The message is for the operator: which one, what is wrong, what to do. */
export class UnusableStore extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UnusableStore";
  }
}
