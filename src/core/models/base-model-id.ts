/** What clouds and clients put before an id: `us.anthropic.` of Bedrock, the path of an ARN, `anthropic/` of a gateway. */
const PREFIX = /^.*[./:](?=claude-)/;
/** Which build it is: a date, Bedrock's version, the newest one. */
const BUILD = /(?:[-@](?:\d{8}|latest|default))?(?:-v\d+(?::\d+)?)?$/;
/** Claude Code's mark for the longer context window. */
const LONG_CONTEXT = /\[1m\]$/;

/** A model's name without its build, its cloud and its context window, such as `claude-sonnet-4-5`. */
export function baseModelId(model: string): string {
  const name = model.trim().toLowerCase().replace(LONG_CONTEXT, "").replace(PREFIX, "");
  // Some gateways write versions with a dot.
  return name.replace(BUILD, "").replaceAll(".", "-");
}

/** Whether the name asks for the longer context window. */
export function asksForLongContext(model: string): boolean {
  return LONG_CONTEXT.test(model.trim().toLowerCase());
}
