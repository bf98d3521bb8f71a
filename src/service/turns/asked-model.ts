/** A model id can be any text until it has been looked up. */
const MAX_LENGTH = 128;

/** The model that a request asked for, shortened for the log line; there need not be a model of that name. */
export function askedModel(model: string): string {
  return model.length > MAX_LENGTH ? `${model.slice(0, MAX_LENGTH)}…` : model;
}
