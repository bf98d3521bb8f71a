import { fillVariables } from "./fill-variables.ts";
import type { Environment } from "./process-environment.ts";

/** Reports a problem with the setting of that key. */
export type ReportProblem = (key: string, problem: string) => void;

/** Fills variables into values from the file, and reports variables that are not set. */
export interface SettingFiller {
  text(key: string, text: string): string;
  list(key: string, texts: readonly string[]): readonly string[];
  record(key: string, texts: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

export function settingFiller(environment: Environment, report: ReportProblem): SettingFiller {
  const text = (key: string, given: string) =>
    fillVariables(given, environment, (name) =>
      report(
        key,
        `the environment variable ${name} is not set. Set it for the server, or write \${${name}:-something}`,
      ),
    );
  return {
    text,
    list: (key, texts) => texts.map((item, index) => text(`${key}.${index}`, item)),
    record: (key, texts) =>
      Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, text(`${key}.${name}`, value)])),
  };
}
