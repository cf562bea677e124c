// SPDX-License-Identifier: Apache-2.0
// How a person builds a question in the cards: the steps from nothing to its tree, each one form or one button. The plan is
// made from the tree alone; who carries it out is a mouse, a keyboard, or the page's functions.
//
// add SECTION FORM; or, and, inside: FORM beside or in the node at a place; not; least N; gap GAP. A FORM is what
// `groupOf` (build/group_form.tsx) takes.
const form = (kind, tests, more = {}) => ({ kind, tests, least: 1, side: "before", gap: undefined, origin: undefined, ...more });
const inner = (node) => node.children[0];

// The first test below a node.
function leaf(node) {
  return node.kind === "test" ? node : leaf(inner(node));
}

// The smallest beginning of a node that one form makes.
function seed(node) {
  switch (node.kind) {
    case "test": return form("test", [node]);
    case "not": case "and": case "or": return seed(inner(node));
    case "variant": case "event": return form(node.kind, [leaf(node)], { origin: node.origin });
    case "tested": return form("tested", [leaf(node)], { origin: inner(node).origin });
    case "relation": return form("relation", node.children.map(leaf), { side: node.side, gap: node.gap });
    case "sequence": return form("sequence", node.children.slice(0, 2).map(leaf), { gap: node.children[1].gap });
    case "times": return form("times", [leaf(node)], { least: node.at_least, gap: node.gap });
    case "at_least": return seed(inner(node));
    default: throw new Error(`no form makes ${node.kind}`);
  }
}

// The steps from the seed, which stands at the place, to the node.
function rest(node, at) {
  const members = (list, place) => list.flatMap((one, k) => rest(one, [...place, k]));
  const later = (op, list) => list.map((one) => ({ op, at, form: seed(one) }));
  switch (node.kind) {
    case "test": return [];
    case "not": return [{ op: "not", at }, ...rest(inner(node), [...at, 0])];
    case "or": return [...later("or", node.children.slice(1, 2)), ...later("inside", node.children.slice(2)), ...members(node.children, at)];
    case "and": return [...later("and", node.children.slice(1, 2)), ...later("inside", node.children.slice(2)), ...members(node.children, at)];
    case "at_least":
      return [...rest({ ...node, kind: "or" }, at), { op: "least", at, n: node.at_least }];
    case "variant": case "event":
      if (inner(node).kind !== "and") return rest(inner(node), [...at, 0]);
      return [...later("inside", inner(node).children.slice(1)), ...members(inner(node).children, [...at, 0])];
    case "tested": return rest(inner(node), [...at, 0]);
    case "relation": case "times": return members(node.children, at);
    case "sequence":
      return [...later("inside", node.children.slice(2).map(inner)), ...members(node.children, at),
        ...node.children.flatMap((one, k) => (k > 1 && one.gap ? [{ op: "gap", at: [...at, k], gap: one.gap }] : []))];
    default: throw new Error(`no steps to ${node.kind}`);
  }
}

// A variant of a tumour as an event, and two hits: no form makes one, so it is typed as text.
export function isTyped(node) {
  return node.two_hits === true || (node.kind === "event" && [inner(node), ...(inner(node).children ?? [])].some((one) => one.kind === "variant"))
    || (node.children ?? []).some(isTyped);
}

export function planOf(root) {
  const cards = root.kind === "and" ? root.children : [root];
  return cards.flatMap((card, k) => {
    const place = k === 0 ? [] : [k];
    const wanted = card.kind === "not" ? inner(card) : card;
    const section = card.kind === "not" ? "mustnot" : "must";
    return [{ op: "add", section, form: seed(wanted) }, ...rest(wanted, card.kind === "not" ? [...place, 0] : place)];
  });
}
