import { z } from "zod";

import { choicesOf } from "./setting-values.ts";

/** How a setting is given and explained. Kept next to its schema, so that a setting is declared once. */
export interface SettingDescription {
  /** As in `--port <number>`; a flag without a placeholder is a switch. */
  readonly flag: string;
  /** Another name of the flag, which is understood and not shown. */
  readonly formerFlag?: string;
  readonly about: string;
  /** The default, written as for a flag; a description for people when it depends on the machine. */
  readonly default?: string;
  /** May be given several times; commas separate values in the environment. */
  readonly isList?: true;
  readonly isSecret?: true;
  /** The values that shells complete, where the schema does not say which it takes. */
  readonly choices?: readonly string[];
}

const descriptions = z.registry<SettingDescription>();

/** Declares a setting with a fixed default. */
export function setting<Output>(
  schema: z.ZodType<Output, unknown>,
  description: SettingDescription & { readonly default: string },
) {
  const described = schema.prefault(description.isList ? [] : description.default);
  descriptions.add(described, withChoices(schema, description));
  return described;
}

/** Declares a setting that may be absent, or whose default is determined later. */
export function optionalSetting<Output>(schema: z.ZodType<Output, unknown>, description: SettingDescription) {
  const described = schema.exactOptional();
  descriptions.add(described, withChoices(schema, description));
  return described;
}

function withChoices(schema: z.ZodType, description: SettingDescription): SettingDescription {
  const choices = description.choices ?? choicesOf(schema);
  return choices === undefined ? description : { ...description, choices };
}

/** One setting, as used for flags, environment, file, help and `config show`. */
export interface Setting extends SettingDescription {
  /** Its path in the file and in error messages, such as `server.port`. */
  readonly key: string;
  /** The flag without its placeholder: `--port`. */
  readonly flagName: string;
  /** The variables it is read from, the preferred name first. */
  readonly environmentNames: readonly [string, ...string[]];
  readonly isSwitch: boolean;
  /** Whether it names a file or a folder, or several. */
  readonly isPath: boolean;
}

/** All settings that a schema declares, in order. */
export function listSettings(schema: z.ZodObject, prefix = ""): readonly Setting[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const key = `${prefix}${name}`;
    const description = field instanceof z.ZodType ? descriptions.get(field) : undefined;
    if (description) return [toSetting(key, description)];
    const inner = field instanceof z.ZodPrefault ? field.unwrap() : field;
    return inner instanceof z.ZodObject ? listSettings(inner, `${key}.`) : [];
  });
}

function toSetting(key: string, description: SettingDescription): Setting {
  const [flagName = "", placeholder] = description.flag.split(" ");
  const name = variableName(flagName);
  const former = description.formerFlag === undefined ? [] : [variableName(description.formerFlag)];
  return {
    ...description,
    key,
    flagName,
    environmentNames: description.isList ? [name, `${name}S`] : [name, ...former],
    isSwitch: placeholder === undefined,
    isPath: placeholder === "<file>" || placeholder === "<folder>",
  };
}

/** The variable that a flag's value is read from. */
function variableName(flag: string): string {
  return `TURNPIKE_${flag.slice("--".length).replaceAll("-", "_").toUpperCase()}`;
}
