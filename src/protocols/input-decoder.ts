/** How `JSON.stringify` and Claude begin the JSON, before the text of its only argument. */
const OPENING = /^\s*\{\s*"input"\s*:\s*"/;
/** Enough to know that the JSON begins differently. */
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
 * Reads the text inside `{"input": "…"}` while the JSON is still arriving, in pieces of any size. Returns only text that is
 * certain; what it cannot read is left until the whole JSON is there.
 */
export class InputDecoder {
  /** The part that has not been read yet. */
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

/** One character in its JSON form; undefined when the rest of it has not arrived or it is invalid. */
function unitAt(
  json: string,
  position: number,
): { readonly text: string; readonly length: number } | "end" | undefined {
  const first = codeUnitAt(json, position);
  if (first === undefined || first === "end" || !/[\ud800-\udbff]/.test(first.text)) return first;
  // Half a surrogate pair would be a broken character for clients that read UTF-8.
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
