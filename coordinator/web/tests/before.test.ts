// SPDX-License-Identifier: Apache-2.0
// The same question before: of this question alone, the latest; the noise of both figures is in the difference.
import { expect, test } from "vitest";
import { difference, earlierOf } from "../src/answer/before";
import type { Asked, Figure } from "../src/desk/types";

const asked = (id: string, when: string, text: string): Asked => ({ id, text, measure: "count", asked: when, state: "complete", question: { text } });
const figure = (value: number, half: number): Figure => ({ state: "value", value, low95: Math.max(0, value - half), high95: value + half });

test("the latest of the same question, and none of another", () => {
  const list = [asked("d", "2026-04", "a"), asked("c", "2026-03", "b"), asked("b", "2026-02", "a"), asked("a", "2026-01", "a")];
  expect(earlierOf("d", list)?.id).toBe("b");
  expect(earlierOf("a", list)).toBeUndefined();
  expect(earlierOf("c", list)).toBeUndefined();
});

test("a difference has the noise of both; what is hidden has none", () => {
  expect(difference(figure(160, 30), figure(100, 40))).toEqual({ value: 60, half: 50 });
  expect(difference(figure(20, 30), figure(20, 40))).toEqual({ value: 0, half: 50 });
  expect(difference({ state: "suppressed", value: null, low95: 0, high95: 10 }, figure(20, 40))).toBeNull();
  expect(difference(figure(1, 1), null)).toBeNull();
});
