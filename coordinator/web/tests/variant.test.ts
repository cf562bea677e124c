// SPDX-License-Identifier: Apache-2.0
// What is typed as a variant stays one text of the question, and an unsaid assembly is asked back.
import { expect, test } from "vitest";
import { criterionText, meantBy, publicName } from "../src/screens/variant";

test("what is asked", () => {
  expect(criterionText(" hg38:chr17:43044295G>A ")).toBe('variant(change = "hg38:chr17:43044295G>A")');
  expect(criterionText('x") or age > 1 and variant(change = "y')).toBe('variant(change = "x) or age > 1 and variant(change = y")');
});

test("what may be meant", () => {
  expect(meantBy("GRCh38:17-43044295-G-A or GRCh37:17-43044295-G-A")).toEqual(["GRCh38:17-43044295-G-A", "GRCh37:17-43044295-G-A"]);
  expect(meantBy("the change itself, such as GRCh38:17-31327718-C-T")).toEqual([]);
  expect(meantBy(undefined)).toEqual([]);
});

test("the name elsewhere", () => {
  expect(publicName("GRCh38:17-43044295-G-A")).toBe("17-43044295-G-A");
});
