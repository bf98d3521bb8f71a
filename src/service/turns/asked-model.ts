/** An id may be anything as long as nobody has looked it up. */
const MAX_LENGTH = 128;

/** The model that a request asked for, for its line in the log; also when there is none of that name. */
export function askedModel(model: string): string {
  return model.length > MAX_LENGTH ? `${model.slice(0, MAX_LENGTH)}…` : model;
}
