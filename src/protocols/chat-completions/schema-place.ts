import { isRecord } from "../../lib/is-record.ts";

/**
 * Where a request has the parameters schema of the function with this name. The index counts all tools that were sent, including
 * those that are left out or not allowed.
 */
export function schemaPlace(body: unknown, name: string): string {
  const { tools, functions } = isRecord(body) ? body : {};
  const isNamed = (each: unknown) => isRecord(each) && each["name"] === name;
  if (Array.isArray(functions) && functions.some(isNamed)) {
    return `functions[${functions.findIndex(isNamed)}].parameters`;
  }
  const declared: readonly unknown[] = Array.isArray(tools) ? tools : [];
  const index = declared.findIndex((tool) => isRecord(tool) && isNamed(tool["function"]));
  return `tools[${index}].function.parameters`;
}
