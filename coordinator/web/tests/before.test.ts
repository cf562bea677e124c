// SPDX-License-Identifier: Apache-2.0
// The same question before: of this question alone, the latest; the noise of both figures is in the difference.
import { expect, test } from "vitest";
import { accounts, type Answer, type Region } from "../src/answer/answer";
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

test("who may have been left out is told of the regions with figures where persons pay", () => {
  const region = (name: string, state: string, pays: number, everybody: boolean): Region =>
    ({ node: name, name, state, budget: { person_year_nrho: pays, everybody_could_pay: everybody } });
  const of = (...regions: Region[]) => accounts({ regions } as unknown as Answer);
  expect(of({ node: "01", name: "A", state: "value" }, { node: "03", name: "B", state: "offline" })).toEqual({ pay: 0, low: [] });
  expect(of(region("A", "value", 5, true), region("B", "suppressed", 5, false), region("C", "took-part", 5, false),
    region("D", "declined", 5, false), region("E", "value", 0, false))).toEqual({ pay: 3, low: ["B", "C"] });
});

test("a difference has the noise of both; what is hidden has none", () => {
  expect(difference(figure(160, 30), figure(100, 40))).toEqual({ value: 60, half: 50 });
  expect(difference(figure(20, 30), figure(20, 40))).toEqual({ value: 0, half: 50 });
  expect(difference({ state: "suppressed", value: null, low95: 0, high95: 10 }, figure(20, 40))).toBeNull();
  expect(difference(figure(1, 1), null)).toBeNull();
});
