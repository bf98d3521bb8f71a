import { expect, test } from "vitest";

import { EVERY_CAPABILITY } from "../../core/ports/engine.ts";
import { capabilitiesOf, readAbilities, withoutUnwatched } from "./claude-abilities.ts";

const listing = (...names: string[]) => ({ events: [], eventCatalog: names.map((name) => ({ name })) });

test("a release that asks about shell lines runs commands and skills", () => {
  const abilities = readAbilities(listing("PreToolUse", "PreSkillShellCommand"));
  expect(capabilitiesOf(abilities).commands).toBe(true);
  expect(withoutUnwatched({ disallowedTools: ["Bash"] }, abilities).disallowedTools).toEqual(["Bash"]);
});

test.each([
  ["that does not know the hook", listing("PreToolUse")],
  ["that says something else", { eventCatalog: "none" }],
  ["that says nothing", undefined],
])("a release %s runs neither, and all else", (_, told) => {
  const abilities = readAbilities(told);
  expect(capabilitiesOf(abilities)).toEqual({
    ...EVERY_CAPABILITY,
    commands: false,
    whyFewer: expect.stringContaining("too old"),
  });
  expect(withoutUnwatched({ disallowedTools: ["Bash"] }, abilities).disallowedTools).toEqual([
    "Bash",
    "Skill",
  ]);
  expect(withoutUnwatched({}, abilities).disallowedTools).toEqual(["Skill"]);
});
