// SPDX-License-Identifier: Apache-2.0
// Both languages have the same words, all filled in; numbers are written as each language does.
import { afterEach, expect, test } from "vitest";
import { language } from "../src/settings";
import { en } from "../src/text/en";
import { sv } from "../src/text/sv";
import { number, percent, points } from "../src/text/words";

function leaves(tree: unknown, path = ""): [string, unknown][] {
  if (typeof tree !== "object" || tree === null) return [[path, tree]];
  return Object.entries(tree).flatMap(([key, value]) => leaves(value, `${path}.${key}`));
}

afterEach(() => {
  language.value = "sv";
});

test("the same keys, and no empty text", () => {
  const swedish = leaves(sv);
  expect(leaves(en).map(([key]) => key)).toEqual(swedish.map(([key]) => key));
  for (const [key, value] of [...swedish, ...leaves(en)]) {
    if (typeof value === "string") expect(value.trim(), key).not.toBe("");
  }
});

test("Swedish numbers have a comma and spaces, English ones a point and commas", () => {
  language.value = "sv";
  expect(number(1240)).toBe("1\u00a0240");
  expect(number(0.25, 2)).toBe("0,25");
  expect(percent(0.041)).toBe("4,1\u00a0%");
  language.value = "en";
  expect(number(1240)).toBe("1,240");
  expect(percent(0.041)).toBe("4.1%");
});

test("a point is a million nano-rho", () => {
  expect(points(5_000_000)).toBe("5 poäng");
  expect(points(1_250_000)).toBe("1,25 poäng");
  expect(points(200_000)).toBe("0,2 poäng");
  expect(points(0)).toBe("0 poäng");
});
