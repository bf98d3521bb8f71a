import { array, assert, constantFrom, property, string } from "fast-check";
import { describe, expect, test } from "vitest";

import { expectLinear } from "../../../test/expect-linear.ts";
import { type Match, StopMatcher } from "./stop-matcher.ts";
import { expectWithin } from "../../../test/machine-speed.ts";

/** All the text that passes, and the sequence that was hit. */
function run(pieces: readonly string[], stops: readonly string[]): Match {
  const matcher = new StopMatcher(stops);
  let text = "";
  for (const piece of pieces) {
    const match = matcher.push(piece);
    text += match.text;
    if (match.stopSequence !== undefined) return { ...match, text };
  }
  return { text: text + matcher.flush() };
}

/** The same for the whole text, done simply: at each character, look for the longest sequence that is complete there. */
function reference(text: string, stops: readonly string[]): Match {
  for (let end = 1; end <= text.length; end += 1) {
    const complete = stops.filter((stop) => stop !== "" && text.slice(0, end).endsWith(stop));
    const [stopSequence] = complete.toSorted((a, b) => b.length - a.length);
    if (stopSequence !== undefined) return { text: text.slice(0, end - stopSequence.length), stopSequence };
  }
  return { text };
}

describe("StopMatcher", () => {
  test.each([
    { name: "inside a piece", pieces: ["one END two"], stops: ["END"], text: "one ", hit: "END" },
    { name: "over pieces", pieces: ["one E", "N", "D two"], stops: ["END"], text: "one ", hit: "END" },
    { name: "white space", pieces: ["a\nb"], stops: ["\n"], text: "a", hit: "\n" },
    { name: "the first to be complete", pieces: ["abcd"], stops: ["abcd", "bc"], text: "a", hit: "bc" },
    { name: "the longest at one place", pieces: ["abc"], stops: ["bc", "abc"], text: "", hit: "abc" },
    { name: "after a false start", pieces: ["aa", "ab"], stops: ["aab"], text: "a", hit: "aab" },
    { name: "an emoji over two pieces", pieces: ["x\ud83d", "\ude00y"], stops: ["😀"], text: "x", hit: "😀" },
    { name: "at the very start", pieces: ["END"], stops: ["END"], text: "", hit: "END" },
  ])("hits $name", ({ pieces, stops, text, hit }) => {
    expect(run(pieces, stops)).toEqual({ text, stopSequence: hit });
  });

  test("another emoji with the same first half is no hit, nor is half an emoji", () => {
    expect(run(["x😁y"], ["😀"])).toEqual({ text: "x😁y" });
    expect(run(["x😁y"], ["\ude01", "\ud83d"])).toEqual({ text: "x😁y" });
  });

  test("holds back only what could begin a sequence, and gives it when the text goes on differently", () => {
    const matcher = new StopMatcher(["END", "\n\nHuman:"]);
    expect(matcher.push("one\nE")).toEqual({ text: "one\n" });
    expect(matcher.heldLength).toBe(1);
    expect(matcher.push("NTRY\n")).toEqual({ text: "ENTRY" });
    expect(matcher.push("\nHu")).toEqual({ text: "" });
    expect(matcher.flush()).toBe("\n\nHu");
    expect(matcher.heldLength).toBe(0);
  });

  test("the beginning of a sequence is forgotten with a flush", () => {
    const matcher = new StopMatcher(["END"]);
    matcher.push("E");
    expect(matcher.flush()).toBe("E");
    expect(matcher.push("ND")).toEqual({ text: "ND" });
  });

  test("a long text against a long sequence that almost fits takes no time", () => {
    const stops = ["a".repeat(20_000) + "b"];
    const startedAt = performance.now();
    const matcher = new StopMatcher(stops);
    let length = 0;
    for (let index = 0; index < 200_000; index += 1) length += matcher.push("a").text.length;
    expect(length).toBe(180_000);
    expectWithin(performance.now() - startedAt, 2_000);
  });

  test("any split of any text gives what the whole text gives", () => {
    // Few letters, so that sequences overlap each other and themselves.
    const letters = string({ unit: constantFrom("a", "b", "\n", "😀", "😁"), maxLength: 12 });
    const stops = array(string({ unit: constantFrom("a", "b", "\n", "😀"), minLength: 1, maxLength: 4 }), {
      maxLength: 4,
    });
    assert(
      property(array(letters), stops, (pieces, sequences) => {
        expect(run(pieces, sequences)).toEqual(reference(pieces.join(""), sequences));
      }),
      { numRuns: 1_000 },
    );
    assert(
      property(string({ unit: constantFrom("a", "b", "😀"), maxLength: 30 }), stops, (text, sequences) => {
        // UTF-16 halves on their own, as a careless split would produce them.
        expect(run(text.split(""), sequences)).toEqual(reference(text, sequences));
      }),
    );
  });
});

test("many sequences take no more time than one", () => {
  const sequences = Array.from({ length: 8_000 }, (_, index) => `stop ${index}!`);
  const matcher = new StopMatcher(sequences);
  expectLinear((size) => {
    const text = "stop 799 ".repeat(size / 9);
    return () => {
      expect(matcher.push(text).stopSequence).toBeUndefined();
      matcher.flush();
    };
  }, 90_000);
});
