// SPDX-License-Identifier: Apache-2.0
// A protocol's rows are lines of the language, and lines are rows again.
import { expect, test } from "vitest";
import { newRow, protocolOf, rowsOf } from "../src/build/draft";

test("I and E are numbered apart", () => {
  const rows = [newRow("I", "adult", "age >= 18"), newRow("E", "treated", "treatment exists"), newRow("I", "", "sex = female")];
  expect(protocolOf(rows)).toBe("I1 adult: age >= 18\nE1 treated: treatment exists\nI2 -: sex = female");
});

test("a row without a criterion is no line, and keeps the places of the others", () => {
  expect(protocolOf([newRow("I", "x", " "), newRow("I", "y", "age >= 18")]).split("\n")).toEqual(["", "I2 y: age >= 18"]);
});

test("a name cannot break out of its line", () => {
  expect(protocolOf([newRow("I", "a: b\nE9 c: d # e", "age\n>= 18")])).toBe("I1 a b E9 c d e: age >= 18");
});

test("what was written is read", () => {
  const text = "I1 adult: age >= 18\nE1 treated: treatment under atc:L01";
  expect(protocolOf(rowsOf(text))).toBe(text);
});
