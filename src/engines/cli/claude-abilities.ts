import { type EngineCapabilities, EVERY_CAPABILITY } from "../../core/ports/engine.ts";
import { isRecord } from "../../lib/is-record.ts";
import type { StartOptions } from "../claude/claude-messages.ts";

/** What differs between the releases that are new enough. */
export interface ClaudeAbilities {
  /** It asks before it runs the shell lines of a command or a skill, so that what they read and change can be watched. */
  readonly asksAboutShellLines: boolean;
}

const TOO_OLD = "The Claude Code that is installed on the server is too old for them.";

/** Until it has been asked. */
export const ASSUMED_ABILITIES: ClaudeAbilities = { asksAboutShellLines: true };

/** @param listing the answer to `get_hooks_listing`, which names all events that have hooks; undefined when there is none */
export function readAbilities(listing: Readonly<Record<string, unknown>> | undefined): ClaudeAbilities {
  const catalogue = listing?.["eventCatalog"];
  const events = Array.isArray(catalogue) ? catalogue.map((each) => isRecord(each) && each["name"]) : [];
  return { asksAboutShellLines: events.includes("PreSkillShellCommand") };
}

/** What such a release can be asked to do. The rest is refused before it reaches the model. */
export function capabilitiesOf({ asksAboutShellLines }: ClaudeAbilities): EngineCapabilities {
  if (asksAboutShellLines) return EVERY_CAPABILITY;
  return { ...EVERY_CAPABILITY, commands: false, whyFewer: TOO_OLD };
}

/** Leaves out the tool that would run shell lines unwatched. */
export function withoutUnwatched(
  options: StartOptions,
  { asksAboutShellLines }: ClaudeAbilities,
): StartOptions {
  if (asksAboutShellLines) return options;
  return { ...options, disallowedTools: [...(options.disallowedTools ?? []), "Skill"] };
}
