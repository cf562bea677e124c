// SPDX-License-Identifier: Apache-2.0
// The stub's print, and its memory of what texts mean: what it printed, and what templates write.
const test = (field, op, more) => ({ kind: "test", field, op, ...more });
const under = (field, ...values) => test(field, "under", { values });
const within = (field, ...values) => test(field, "in", { values });

const memory = new Map([
  ["", { kind: "all" }],
  ["diagnosis under icd10:C50 and age >= 18", { kind: "and", children: [
    under("diagnosis", "icd10:C50"), test("age", "range", { low: "18", high: null, unit: "years" })] }],
  ["variant(gene = BRCA1 and consequence in (lof))", { kind: "variant", children: [{ kind: "and", children: [
    within("gene", "BRCA1"), within("consequence", "lof")] }] }],
  ["at least 2 of (phenotype under HP:0001250, phenotype under HP:0001263, phenotype under HP:0000252)", {
    kind: "at_least", at_least: 2,
    children: [under("phenotype", "HP:0001250"), under("phenotype", "HP:0001263"), under("phenotype", "HP:0000252")] }],
  ["diagnosis under icd10:C56 and tested(variant(gene in (BRCA1, BRCA2)))", { kind: "and", children: [
    under("diagnosis", "icd10:C56"), { kind: "tested", children: [{ kind: "variant", children: [within("gene", "BRCA1", "BRCA2")] }] }] }],
  ["event(diagnosis under icd10:C34) within 12 months before event(treatment under atc:L01EB)", {
    kind: "relation", side: "before", gap: { form: "within", unit: "months", last: 12 },
    children: [{ kind: "event", children: [under("diagnosis", "icd10:C34")] }, { kind: "event", children: [under("treatment", "atc:L01EB")] }] }],
]);

function gapText(gap) {
  if (!gap) return "";
  if (gap.form === "within") return `within ${gap.last} ${gap.unit} `;
  if (gap.form === "at_least") return `at least ${gap.first} ${gap.unit} `;
  return `${gap.first} to ${gap.last} ${gap.unit} `;
}

function testText(node) {
  const { field, op, values = [], low, high } = node;
  if (op === "measured") return `${field} ${node.code} ${low !== null ? `>= ${low}` : `<= ${high}`}${node.unit ? ` ${node.unit}` : ""}`;
  if (op === "exists") return `${field} exists`;
  if (op === "range" && low !== null && high !== null) return `${field} between ${low} and ${high}`;
  if (op === "range") return low !== null ? `${field} >= ${low}` : `${field} <= ${high}`;
  const list = values.length === 1 ? values[0] : `(${values.join(", ")})`;
  if (op === "in") return values.length === 1 ? `${field} = ${list}` : `${field} in ${list}`;
  return `${field} ${op} ${list}`;
}

function text(node, inside = false) {
  const all = (node.children ?? []);
  switch (node.kind) {
    case "all": return "";
    case "and": case "or": {
      const joined = all.map((one) => text(one, true)).join(` ${node.kind} `);
      return inside ? `(${joined})` : joined;
    }
    case "not": return `not ${text(all[0], true)}`;
    case "at_least": return `at least ${node.at_least} of (${all.map((one) => text(one)).join(", ")})`;
    case "relation": return `${text(all[0])} ${gapText(node.gap)}${node.side} ${text(all[1])}`;
    case "sequence": return `sequence(${all.map((one) => gapText(one.gap) + text(one.children[0])).join(" then ")})`;
    case "times": return `at least ${node.at_least} times (${text(all[0].children[0])})`;
    case "test": return testText(node);
    default: return `${node.kind}(${text(all[0])})`;
  }
}

const empty = (node) => (node.kind !== "all" && node.kind !== "test" && node.kind !== "set" && !node.children?.length)
  || (node.children ?? []).some(empty);

export function printed(ast) {
  if (empty(ast)) return { ok: false, diagnostics: [{ from: 0, to: 1, line: 1, column: 1, code: "Q001", message: "a group is empty" }] };
  const canonical = text(ast);
  memory.set(canonical, ast);
  return { ok: true, canonical, ast, diagnostics: [] };
}

export function known(asked, protocol = false) {
  if (protocol) {
    const steps = asked.split("\n").filter(Boolean).map((line) => ({ name: line.split(":")[0], criterion: line.slice(line.indexOf(":") + 2) }));
    return { ok: true, canonical: steps.map((one) => one.criterion).join(" and "), steps, diagnostics: [] };
  }
  const change = /^variant\(change = "(?:GRCh38:|hg38:chr)17[-:](\d+)-?([ACGT])[->]([ACGT])"\)$/.exec(asked);
  if (asked.startsWith('variant(change = "chr17:')) {
    return { ok: false, diagnostics: [{ from: 17, to: 36, line: 1, column: 18, code: "Q033", message: "which assembly is meant",
      expected: "GRCh38:17-43044295-G-A or GRCh37:17-43044295-G-A" }] };
  }
  if (change) {
    const text = `GRCh38:17-${change[1]}-${change[2]}-${change[3]}`;
    return { ok: true, canonical: `variant(change = ${text})`, diagnostics: [],
      ast: { kind: "variant", children: [within("change", text)] } };
  }
  const ast = memory.get(asked.trim());
  if (ast) return { ok: true, canonical: asked.trim(), ast, diagnostics: [] };
  const wrong = /\w+/.exec(asked);
  const from = wrong?.index ?? 0;
  return { ok: false, diagnostics: [{ from, to: from + (wrong?.[0].length ?? 1), line: 1, column: from + 1, code: "Q012",
    message: `unknown field "${wrong?.[0] ?? asked}"`, suggestion: "diagnosis" }] };
}
