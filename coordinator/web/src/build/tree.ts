// SPDX-License-Identifier: Apache-2.0
// Changes of the tree of a question, pure: what is not touched stays the same object, and members that
// this page does not know travel along. A path says by which children one comes to a node.
import type { Ast } from "../desk/types";

export type Path = readonly number[];
export const everybody: Ast = { kind: "all" };

export function at(root: Ast, path: Path): Ast | undefined {
  return path.reduce<Ast | undefined>((node, step) => node?.children?.[step], root);
}

const lists = new Set(["and", "or", "at_least"]);

// A list of one is that one; a group of nothing is nothing.
function settled(node: Ast, children: Ast[]): Ast | null {
  if (lists.has(node.kind)) {
    if (children.length === 0) return null;
    if (children.length === 1) return children[0] ?? null;
    if (node.kind === "at_least") return { ...node, children, at_least: Math.min(node.at_least ?? 1, children.length) };
    return { ...node, children: children.flatMap((one) => (one.kind === node.kind && node.kind !== "at_least" ? one.children ?? [] : [one])) };
  }
  if (node.kind === "relation") return children.length === 2 ? { ...node, children } : null;
  if (node.kind === "sequence") return children.length >= 2 ? { ...node, children: withoutFirstGap(children) } : null;
  return children.length === 0 ? null : { ...node, children };
}

function withoutFirstGap(events: Ast[]): Ast[] {
  return events.map((one, index) => {
    if (index > 0 || !one.gap) return one;
    const { gap: _, ...rest } = one;
    return rest;
  });
}

function put(node: Ast, path: Path, now: Ast | null): Ast | null {
  const [step, ...rest] = path;
  if (step === undefined) return now;
  const children = (node.children ?? []).flatMap((child, index) => {
    const put_ = index === step ? put(child, rest, now) : child;
    return put_ === null ? [] : [put_];
  });
  return settled(node, children);
}

export function replace(root: Ast, path: Path, now: Ast): Ast {
  return put(root, path, now) ?? everybody;
}

export function remove(root: Ast, path: Path): Ast {
  return put(root, path, null) ?? everybody;
}

export function negated(node: Ast): Ast {
  return node.kind === "not" ? node.children?.[0] ?? everybody : { kind: "not", children: [node] };
}

export function both(one: Ast, other: Ast): Ast {
  if (one.kind === "all") return other;
  const list = one.kind === "and" ? one.children ?? [] : [one];
  return { kind: "and", children: [...list, other] };
}

export function either(one: Ast, other: Ast): Ast {
  if (one.kind === "or" || one.kind === "at_least") return { ...one, children: [...(one.children ?? []), other] };
  return { kind: "or", children: [one, other] };
}

// A group with one more member: what a variant or an event must have too, the next event, or the next of a list.
export function grown(group: Ast, added: Ast): Ast {
  if (group.kind === "variant" || group.kind === "event") return { ...group, children: [both(group.children?.[0] ?? everybody, added)] };
  return { ...group, children: [...(group.children ?? []), group.kind === "sequence" ? { kind: "event", children: [added] } : added] };
}

// "At least 1 of" is or; of more than one it counts.
export function atLeast(node: Ast, least: number): Ast {
  const children = node.children ?? [];
  const n = Math.max(1, Math.min(Math.trunc(least) || 1, children.length));
  return n === 1 ? { kind: "or", children } : { kind: "at_least", at_least: n, children };
}

export interface Card {
  node: Ast;
  path: Path;
}

// The cards of the builder: what all must hold.
export function cardsOf(root: Ast): Card[] {
  if (root.kind === "all") return [];
  if (root.kind !== "and") return [{ node: root, path: [] }];
  return (root.children ?? []).map((node, index) => ({ node, path: [index] }));
}

export type Section = "must" | "mustnot" | "atleast";

export function sectionOf(node: Ast): Section {
  if (node.kind === "not") return "mustnot";
  return node.kind === "at_least" || node.kind === "or" ? "atleast" : "must";
}

const fieldOfSystem: Record<string, string> = {
  icd10: "diagnosis", icd10cm: "diagnosis", icd9: "diagnosis", icd11: "diagnosis", icdo3: "diagnosis", snomed: "diagnosis",
  omim: "diagnosis", omimps: "diagnosis", orpha: "diagnosis", mondo: "diagnosis", doid: "diagnosis", ncit: "diagnosis",
  umls: "diagnosis", efo: "diagnosis", hp: "phenotype", atc: "treatment", rxnorm: "treatment", kva: "procedure",
};

// What a found term means as a criterion: the field its system belongs to, with what lies below it.
export function criterionOf(system: string, code: string): Ast {
  if (system === "gene" || system === "genes" || system === "hgnc") {
    return { kind: "variant", children: [{ kind: "test", field: "gene", op: "in", values: [code] }] };
  }
  return { kind: "test", field: fieldOfSystem[system] ?? "code", op: "under", values: [code.replace(/^hp:/, "")] };
}
