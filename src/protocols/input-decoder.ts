/** What `JSON.stringify` and Claude write before the text of the one argument. */
const OPENING = /^\s*\{\s*"input"\s*:\s*"/;
/** Enough to tell that something else is written there. */
const MAX_OPENING = 200;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Reads the text inside `{"input": "…"}` while the JSON still comes, in any pieces. Never gives more than what is certain; what
 * it cannot read it leaves to the end, when the whole is there.
 */
export class InputDecoder {
  /** What is not read yet. */
  #rest = "";
  #state: "before" | "inside" | "after" = "before";

  add(text: string): string {
    if (this.#state === "after") return "";
    this.#rest += text;
    if (this.#state === "before") {
      const opening = OPENING.exec(this.#rest);
      if (!opening) {
        if (this.#rest.length > MAX_OPENING) this.#state = "after";
        return "";
      }
      this.#rest = this.#rest.slice(opening[0].length);
      this.#state = "inside";
    }
    return this.#read();
  }

  #read(): string {
    let read = "";
    let position = 0;
    while (position < this.#rest.length) {
      const unit = unitAt(this.#rest, position);
      if (unit === undefined) break;
      if (unit === "end") {
        this.#state = "after";
        break;
      }
      read += unit.text;
      position += unit.length;
    }
    this.#rest = this.#state === "after" ? "" : this.#rest.slice(position);
    return read;
  }
}

/** One character as it is written; undefined when the rest of it has still to come or is no JSON. */
function unitAt(
  json: string,
  position: number,
): { readonly text: string; readonly length: number } | "end" | undefined {
  const first = codeUnitAt(json, position);
  if (first === undefined || first === "end" || !/[\ud800-\udbff]/.test(first.text)) return first;
  // Half a character would be a broken one for clients that read UTF-8.
  const second = codeUnitAt(json, position + first.length);
  if (second === undefined) return undefined;
  if (second === "end") return first;
  return { text: first.text + second.text, length: first.length + second.length };
}

function codeUnitAt(
  json: string,
  position: number,
): { readonly text: string; readonly length: number } | "end" | undefined {
  const character = json[position];
  if (character === undefined) return undefined;
  if (character === '"') return "end";
  if (character !== "\\") return { text: character, length: 1 };
  const kind = json[position + 1];
  if (kind === undefined) return undefined;
  if (kind !== "u") {
    const text = ESCAPES[kind];
    return text === undefined ? undefined : { text, length: 2 };
  }
  const hex = json.slice(position + 2, position + 6);
  if (!/^[0-9a-fA-F]{4}$/.test(hex)) return undefined;
  return { text: String.fromCharCode(Number.parseInt(hex, 16)), length: 6 };
}
