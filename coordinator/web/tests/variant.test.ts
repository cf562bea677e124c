// SPDX-License-Identifier: Apache-2.0
// What is typed as a variant: a place and change, or a name of an annotation; quotes cannot leave the text.
import { expect, test } from "vitest";
import { criterionText, kindOf, publicName } from "../src/screens/variant";

test("a place or a name", () => {
  for (const one of ["GRCh38:17-43044295-G-A", "NC_000017.11:g.43044295G>A", "chr17:43044295G>A"]) expect(kindOf(one)).toBe("change");
  for (const one of ["NM_007294.4:c.68_69del", "c.68_69del", "p.(Glu23ValfsTer17)", "NP_009225.1:p.Glu23fs", "BRCA1 c.68_69del"]) {
    expect(kindOf(one)).toBe("hgvs");
  }
});

test("what is asked", () => {
  expect(criterionText(" chr17:43044295G>A ")).toBe('variant(change = "chr17:43044295G>A")');
  expect(criterionText("c.68_69del")).toBe('variant(hgvs = "c.68_69del")');
  expect(criterionText('x") or age > 1 and variant(change = "y')).toBe('variant(change = "x) or age > 1 and variant(change = y")');
});

test("the name elsewhere", () => {
  expect(publicName("GRCh38:17-43044295-G-A")).toBe("17-43044295-G-A");
});
