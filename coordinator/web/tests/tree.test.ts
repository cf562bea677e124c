// SPDX-License-Identifier: Apache-2.0
// Changes of the tree: what is not touched is the same object, a list of one is that one, nothing is
// lost that the page does not know.
import { expect, test } from "vitest";
import { atLeast, both, cardsOf, criterionOf, either, everybody, grown, negated, remove, replace, sectionOf } from "../src/build/tree";
import type { Ast } from "../src/desk/types";

const leaf = (field: string): Ast => ({ kind: "test", field, op: "exists" });
const a = leaf("age");
const b = leaf("sex");
const c = leaf("diagnosis");
const and = (...children: Ast[]): Ast => ({ kind: "and", children });

test("cards are what all must hold", () => {
  expect(cardsOf(everybody)).toEqual([]);
  expect(cardsOf(a)).toEqual([{ node: a, path: [] }]);
  expect(cardsOf(and(a, negated(b))).map((one) => [sectionOf(one.node), one.path])).toEqual([["must", [0]], ["mustnot", [1]]]);
  expect(sectionOf(either(a, b))).toBe("atleast");
});

test("adding", () => {
  expect(both(everybody, a)).toBe(a);
  expect(both(a, b)).toEqual(and(a, b));
  expect(both(and(a, b), c)).toEqual(and(a, b, c));
  expect(either(either(a, b), c)).toEqual({ kind: "or", children: [a, b, c] });
});

test("a group grows: by what a variant must have too, by an event after the last, by one more of a list", () => {
  expect(grown({ kind: "variant", children: [a] }, b)).toEqual({ kind: "variant", children: [and(a, b)] });
  expect(grown({ kind: "or", children: [a, b] }, c)).toEqual({ kind: "or", children: [a, b, c] });
  expect(grown({ kind: "sequence", children: [] }, c)).toEqual({ kind: "sequence", children: [{ kind: "event", children: [c] }] });
});

test("removing: of two one is left, of one nobody is asked about", () => {
  expect(remove(and(a, b), [1])).toBe(a);
  expect(remove(a, [])).toEqual(everybody);
  expect(remove(and(a, negated(b)), [1, 0])).toBe(a);
  expect(remove({ kind: "variant", children: [a] }, [0])).toEqual(everybody);
});

test("at least n of the rest", () => {
  const three = atLeast({ kind: "or", children: [a, b, c] }, 3);
  expect(three).toEqual({ kind: "at_least", at_least: 3, children: [a, b, c] });
  expect(remove(three, [0])).toEqual({ kind: "at_least", at_least: 2, children: [b, c] });
  expect(atLeast(three, 1)).toEqual({ kind: "or", children: [a, b, c] });
  expect(atLeast(three, 9).at_least).toBe(3);
});

test("a relation without one of its events is none; a sequence's first event has no gap", () => {
  const event = (one: Ast): Ast => ({ kind: "event", children: [one] });
  const relation: Ast = { kind: "relation", side: "before", children: [event(a), event(b)] };
  expect(remove(and(c, relation), [1, 0])).toBe(c);
  const gap = { form: "within" as const, unit: "days" as const, last: 3 };
  const sequence: Ast = { kind: "sequence", children: [event(a), { ...event(b), gap }, { ...event(c), gap }] };
  expect(remove(sequence, [0]).children?.map((one) => one.gap)).toEqual([undefined, gap]);
});

test("what is not touched stays the same object, with members that nobody here knows", () => {
  const odd = { kind: "variant", origin: "germline", children: [b] } as Ast;
  const now = replace(and(a, odd), [0], c);
  expect(now.children?.[1]).toBe(odd);
  expect(replace(and(a, odd), [1, 0], c).children?.[1]).toEqual({ kind: "variant", origin: "germline", children: [c] });
});

test("not of not is it", () => {
  expect(negated(negated(a))).toBe(a);
});

test("a found term is a criterion of the field of its system", () => {
  expect(criterionOf("icd10", "icd10:C50")).toEqual({ kind: "test", field: "diagnosis", op: "under", values: ["icd10:C50"] });
  expect(criterionOf("hp", "HP:0001250").field).toBe("phenotype");
  expect(criterionOf("npu", "npu:NPU03429").field).toBe("code");
  expect(criterionOf("gene", "BRCA1")).toEqual({ kind: "variant", children: [{ kind: "test", field: "gene", op: "in", values: ["BRCA1"] }] });
});
