import { type ClientPlace, variableFromFile } from "./client-place.ts";
import { type ClientKey, KEY_VARIABLE } from "./target.ts";

/** The line for a shell that gives a variable the key. A key that was typed is not repeated. */
export function keyLine(place: ClientPlace, { file }: ClientKey, name: string = KEY_VARIABLE): string {
  if (file !== undefined) return variableFromFile(place, name, file);
  return place.platform === "win32" ? `$env:${name} = 'YOUR_KEY'` : `export ${name}=YOUR_KEY`;
}

/** How a person gets at the key. */
export function whereKeyIs({ value, file, isPlaceholder }: ClientKey): string {
  if (isPlaceholder) return value;
  return file === undefined ? "the key that you gave" : `the content of ${file}`;
}
