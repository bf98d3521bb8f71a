/** Splits a text of permission rules at the commas outside parentheses. An escaped parenthesis does not count. */
export function splitRules(text: string): readonly string[] {
  const rules: string[] = [];
  let rule = "";
  let depth = 0;
  let isEscaped = false;
  for (const letter of text) {
    if (letter === "," && depth === 0) {
      rules.push(rule.trim());
      rule = "";
      continue;
    }
    if (letter === "(" && !isEscaped) depth += 1;
    if (letter === ")" && !isEscaped) depth = Math.max(0, depth - 1);
    isEscaped = letter === "\\" && !isEscaped;
    rule += letter;
  }
  return [...rules, rule.trim()];
}
