import type { ModelAbilities } from "./model-abilities.ts";
import { MODEL_TABLE, NEWEST_OF_FAMILY, OLDER, UNKNOWN } from "./model-table.ts";

const FAMILIES: ReadonlySet<string> = new Set(Object.keys(NEWEST_OF_FAMILY));
const LONG_CONTEXT_TOKENS = 1_000_000;

const found = new Map<string, ModelAbilities>();
const MAX_REMEMBERED = 500;

/**
 * The abilities of a model, found by its id in any cloud's spelling; for `sonnet`, `opus`, `haiku` and `fable` those of the
 * newest model of the family. A model that is not in the table counts as the newest and strictest.
 */
export function abilitiesOf(model: string): ModelAbilities {
  const known = found.get(model);
  if (known) return known;
  const abilities = lookUp(model);
  if (found.size < MAX_REMEMBERED) found.set(model, abilities);
  return abilities;
}

function lookUp(model: string): ModelAbilities {
  const base = baseModelId(model);
  const id = FAMILIES.has(base) ? NEWEST_OF_FAMILY[base as keyof typeof NEWEST_OF_FAMILY] : base;
  const listed = Object.hasOwn(MODEL_TABLE, id) ? MODEL_TABLE[id] : undefined;
  const abilities = listed ?? (isOlder(id) ? OLDER : UNKNOWN);
  const contextTokens = asksForLongContext(model) ? LONG_CONTEXT_TOKENS : abilities.contextTokens;
  return { ...abilities, id, contextTokens, ...(listed && { isKnown: true as const }) };
}

/** Models before 4.5: `claude-3-…`, `claude-opus-4`, `claude-sonnet-4-1`. */
function isOlder(id: string): boolean {
  return /^claude-(?:[123]|instant|v\d)\b/.test(id) || /^claude-[a-z]+-4(?:-[0-4])?$/.test(id);
}

/** Prefixes that clouds and clients add to an id: Bedrock's `us.anthropic.`, the path of an ARN, a gateway's `anthropic/`. */
const PREFIX = /^.*[./:](?=claude-)/;
/** The build suffix: a date, Bedrock's version, or the marker of the newest build. */
const BUILD = /(?:[-@](?:\d{8}|latest|default))?(?:-v\d+(?::\d+)?)?$/;
/** Claude Code's suffix for the longer context window. */
const LONG_CONTEXT = /\[1m\]$/;

/** A model's name without its build, cloud and context window, such as `claude-sonnet-4-5`. */
function baseModelId(model: string): string {
  const name = model.trim().toLowerCase().replace(LONG_CONTEXT, "").replace(PREFIX, "");
  // Some gateways write versions with a dot.
  return name.replace(BUILD, "").replaceAll(".", "-");
}

/** Whether the name asks for the longer context window. */
function asksForLongContext(model: string): boolean {
  return LONG_CONTEXT.test(model.trim().toLowerCase());
}
