// SPDX-License-Identifier: Apache-2.0
// What the forms make is what the schema calls a test, a group, a gap; an empty form makes nothing.
import { expect, test } from "vitest";
import { groupOf } from "../src/build/group_form";
import { draftOf, openEnd, testOf } from "../src/build/test_form";
import type { Ast } from "../src/desk/types";

const age = { name: "age", scope: "person" as const, operators: ["range" as const], form: "integer", units: ["years"], english: "", swedish: "", example: "" };
const leaf = (field: string): Ast => ({ kind: "test", field, op: "exists" });

test("a range has the ends that were written, with a point for the comma", () => {
  const draft = { ...draftOf(undefined, "person"), field: "age", op: "range" as const };
  expect(testOf(draft, age)).toBeNull();
  expect(testOf({ ...draft, low: " 18 " }, age)).toEqual({ kind: "test", field: "age", op: "range", low: "18", high: null, unit: "years" });
  expect(testOf({ ...draft, field: "af", high: "0,01" }, undefined)).toEqual({ kind: "test", field: "af", op: "range", low: null, high: "0.01" });
});

test("an open end is written as the desk's closed one, and shown as it was written", () => {
  const draft = { ...draftOf(undefined, "person"), field: "age", op: "range" as const };
  expect(testOf({ ...draft, high: "<50" }, age)).toMatchObject({ low: null, high: "49" });
  expect(testOf({ ...draft, low: "> 17" }, age)).toMatchObject({ low: "18" });
  const lab = { ...draft, field: "lab", op: "measured" as const, code: "npu:NPU02902", unit: "" };
  expect(testOf({ ...lab, high: "<1" }, undefined)).toMatchObject({ high: "0.999999999" });
  expect(testOf({ ...lab, low: ">-0,5" }, undefined)).toMatchObject({ low: "-0.499999999" });
  expect([openEnd("0.999999999", -1n), openEnd("470.000000001", 1n), openEnd("-0.499999999", 1n)]).toEqual(["<1", ">470", ">-0.5"]);
  expect([openEnd("49", -1n), openEnd("0.333333333", -1n), openEnd("2020-01-01", 1n), openEnd(null, 1n)]).toEqual(["49", "0.333333333", "2020-01-01", ""]);
});

test("values or named sets", () => {
  const draft = draftOf(undefined, "person");
  expect(testOf(draft, undefined)).toBeNull();
  expect(testOf({ ...draft, values: ["icd10:C50"] }, undefined)).toEqual({ kind: "test", field: "diagnosis", op: "under", values: ["icd10:C50"] });
  expect(testOf({ ...draft, sets: ["breast@2"] }, undefined)).toMatchObject({ values: [], sets: ["breast@2"] });
});

test("a test that is changed keeps what it had", () => {
  const node: Ast = { kind: "test", field: "age", op: "range", low: "18", high: null, unit: "months" };
  expect(testOf(draftOf(node, "person"), age)).toEqual(node);
});

test("groups", () => {
  const made = { tests: [leaf("a"), leaf("b")], least: 2, side: "after" as const, gap: { form: "within" as const, unit: "months" as const, last: 6 } };
  expect(groupOf({ ...made, kind: "relation" })).toEqual({ kind: "relation", side: "after", gap: made.gap,
    children: [{ kind: "event", children: [leaf("a")] }, { kind: "event", children: [leaf("b")] }] });
  expect(groupOf({ ...made, kind: "at_least" })).toEqual({ kind: "at_least", at_least: 2, children: made.tests });
  expect(groupOf({ ...made, kind: "at_least", least: 1 }).kind).toBe("or");
  expect(groupOf({ ...made, kind: "tested", tests: [leaf("gene")] })).toEqual({ kind: "tested", children: [{ kind: "variant", children: [leaf("gene")] }] });
  expect(groupOf({ ...made, kind: "variant", tests: [leaf("gene")], origin: "somatic" })).toEqual({ kind: "variant", origin: "somatic", children: [leaf("gene")] });
  expect(groupOf({ ...made, kind: "event", tests: [leaf("a")] })).toEqual({ kind: "event", children: [leaf("a")] });
  expect(groupOf({ ...made, kind: "times", tests: [leaf("a")], gap: undefined })).toEqual({ kind: "times", at_least: 2, children: [{ kind: "event", children: [leaf("a")] }] });
});

test("a number after a code, in a unit; or answers", () => {
  const lab = { ...draftOf(undefined, "person"), field: "lab", op: "measured" as const, unit: "" };
  expect(testOf({ ...lab, code: "npu:NPU19651" }, undefined)).toBeNull();
  expect(testOf({ ...lab, low: "4,9" }, undefined)).toBeNull();
  const made: Ast = { kind: "test", field: "lab", op: "measured", code: "npu:NPU19651", low: "4.9", high: null, unit: "mmol/L" };
  expect(testOf({ ...lab, code: " npu:NPU19651 ", low: "4,9", unit: "mmol/L" }, undefined)).toEqual(made);
  expect(testOf(draftOf(made, "person"), undefined)).toEqual(made);
  expect(testOf({ ...lab, op: "answered", code: "loinc:89247-1", values: ["LA9622-7"] }, undefined))
    .toEqual({ kind: "test", field: "lab", op: "answered", code: "loinc:89247-1", values: ["LA9622-7"] });
});

test("events one after the other: the first has no gap", () => {
  const gap = { form: "within" as const, unit: "months" as const, last: 6 };
  const event = (one: string): Ast => ({ kind: "event", children: [leaf(one)] });
  expect(groupOf({ kind: "sequence", tests: [leaf("a"), leaf("b"), leaf("c")], least: 1, side: "before", gap }))
    .toEqual({ kind: "sequence", children: [event("a"), { ...event("b"), gap }, { ...event("c"), gap }] });
});
