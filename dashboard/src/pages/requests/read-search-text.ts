import type { RequestSearch } from "./request-filters.ts";

const NAMES: Readonly<Record<string, keyof RequestSearch>> = {
  key: "principal",
  principal: "principal",
  model: "model",
  profile: "profile",
  protocol: "protocol",
  status: "status",
  error: "error",
  client: "client",
  conversation: "conversation",
  placement: "placement",
  slower: "slower_than_ms",
  id: "id",
};
/** Of requests, turns, and what protocols call their answers. */
const ID = /^(req|turn|chatcmpl|resp|msg|cmpl)[_-][\w-]+$/;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m)?$/;
const IN_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/**
 * What somebody typed, as filters: `status:429 slower:5s`, an id of a request or an answer, or else a conversation's name. Values with
 * spaces stand in quotes.
 */
export function readSearchText(text: string): RequestSearch {
  const search: Partial<Record<keyof RequestSearch, string>> = {};
  for (const [, name = "", quoted, plain = ""] of text.matchAll(/(?:(\w+):)?(?:"([^"]*)"|(\S+))/g)) {
    const value = quoted ?? plain;
    const filter = NAMES[name.toLowerCase()];
    if (filter === "slower_than_ms") {
      const [, amount = "", unit = "ms"] = DURATION.exec(value) ?? [];
      if (amount !== "") search.slower_than_ms = String(Math.round(Number(amount) * (IN_MS[unit] ?? 1)));
    } else if (filter) {
      search[filter] = value;
    } else {
      const whole = name === "" ? value : `${name}:${value}`;
      search[ID.test(whole) ? "id" : "conversation"] = whole;
    }
  }
  return search;
}
