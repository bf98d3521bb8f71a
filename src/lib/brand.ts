/** A string or number that must not be mixed with another of the same shape. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };
