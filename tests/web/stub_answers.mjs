// SPDX-License-Identifier: Apache-2.0
// Answers of the stub, in the form of schemas/answer.json; every figure is made up.
import { regions } from "./stub_facts.mjs";

export function figure(value, half, below = 10) {
  const low95 = Math.max(0, value - half);
  if (value < below) return { state: "suppressed", value: null, below, low95: 0, high95: half + below };
  return { state: "value", value, low95, high95: value + half };
}

const size = { "01": 31, "14": 24, "12": 19, "05": 8, "03": 7 };
const people = (node) => (size[node] ?? 3) * 21;

function parts(by, scale, half) {
  const classes = {
    sex: ["unknown", "female", "male", "other"],
    age_band: ["0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90+", "unknown"],
    birth_decade: ["1940", "1950", "1960", "1970"],
    assay: ["none", "panel", "exome", "genome"],
  };
  let rows = [{}];
  for (const dimension of by) {
    rows = rows.flatMap((row) => classes[dimension].map((one) => ({ ...row, [dimension]: one })));
  }
  return rows.map((row, at) => ({
    ...row,
    matched: figure(Math.round(scale * (1 + Math.sin(at * 1.7)) / rows.length), half),
    undetermined: figure(Math.round(scale * 0.1 / rows.length), half),
  }));
}

function frequencies(changes, scale, half) {
  return changes.map((change, at) => {
    const an = Math.round(scale * 2);
    const ac = Math.round(an * 0.004 * (at + 1));
    const af = an === 0 || ac < 10 ? null : { value: ac / an, low95: Math.max(0, (ac - half) / an), high95: (ac + half) / an };
    return { change, ref: figure(scale - ac, half), het: figure(ac, half), hom: figure(2, half), ac: figure(ac, half),
      an: figure(an, half), not_covered: figure(Math.round(scale * 0.3), half), af };
  });
}

function steps(protocol, scale, half) {
  const lines = protocol.split("\n").filter(Boolean);
  return lines.map((line, at) => ({
    name: line.split(":")[0], text: line.slice(line.indexOf(":") + 2),
    survivors: figure(Math.round(scale * 0.62 ** at), half), undetermined: figure(Math.round(scale * 0.05 * at), half),
    gained: figure(Math.round(scale * 0.1 * (at + 1)), half),
  }));
}

function bins(name, scale, half) {
  const names = name === "period" ? ["before", "2019", "2020", "2021", "2022", "2023", "2024", "2025", "later", "unknown"]
    : ["0-17", "18-39", "40-64", "65 and more", "unknown"];
  return names.map((one, at) => ({ [name]: one, matched: figure(Math.round(scale * (1 + Math.sin(at)) / 12), half),
    undetermined: figure(Math.round(scale * 0.02), half) }));
}

function curve(scale, half) {
  const names = ["0-364", "365-729", "730-1094", "1095-1459", "1460-1824", "1825 and more", "unknown"];
  return names.map((days, at) => {
    const value = 0.9 ** (at + 1);
    return { days, at_risk: figure(Math.round(scale * 0.8 ** at), half), events: figure(Math.round(scale * 0.08 * (at + 1)), half),
      left: at < 5 ? { value, low95: value - 0.03 * (at + 1), high95: Math.min(1, value + 0.03 * (at + 1)) } : null };
  });
}

function figures(question, scale, half) {
  switch (question.measure ?? "count") {
    case "breakdown": return { matched: figure(scale, half), undetermined: figure(Math.round(scale * 0.1), half),
      parts: parts(question.by ?? ["sex"], scale, half) };
    case "frequency": return { parts: frequencies(question.changes ?? [], scale, half) };
    case "funnel": case "leave_one_out": return { steps: steps(question.protocol ?? "", scale, half) };
    case "share": {
      const matched = Math.round(scale * 0.4);
      return { matched: figure(matched, half), unmatched: figure(scale - matched, half), told: figure(scale, half),
        undetermined: figure(Math.round(scale * 0.2), half), persons: figure(Math.round(scale * 1.2), half),
        share: { value: 0.4, low95: 0.36, high95: 0.44 } };
    }
    case "timeline": return { parts: bins("period", scale, half) };
    case "histogram": return { parts: bins("age", scale, half) };
    case "survival": return { parts: curve(scale, half) };
    case "association": return { exposed_with: figure(Math.round(scale / 9), half), exposed_without: figure(Math.round(scale / 8), half),
      unexposed_with: figure(Math.round(scale / 20), half), unexposed_without: figure(Math.round(scale / 2), half),
      odds_ratio: { value: 8.9, low95: 6.1, high95: 12.8 } };
    default: return { matched: figure(scale, half), undetermined: figure(Math.round(scale * 0.1), half) };
  }
}

const budget = { dataset: "all", window: "2026", left_nrho: 83_000_000, cap_nrho: 100_000_000,
  lifetime_left_nrho: 900_000_000, lifetime_cap_nrho: 1_000_000_000 };

// In some regions a person pays, and in one of them somebody may have been left out.
function budgetIn(node) {
  if (!["01", "12", "14"].includes(node)) return budget;
  return { ...budget, person_year_nrho: 20_000_000, person_lifetime_nrho: 200_000_000, everybody_could_pay: node !== "14" };
}

export function answerOf(asked, state) {
  const { question } = asked;
  const sum = question.mode === "sum";
  const sigma = question.sigma ?? 10;
  const half = Math.ceil(1.96 * sigma);
  const answered = new Set(state.regions.filter((one) => one.state === "answered").map((one) => one.node));
  const total = regions.filter(([node]) => answered.has(node)).reduce((all, [node]) => all + people(node), asked.more ?? 0);
  return {
    schema_version: 1, id: asked.id, state: state.state === "open" ? "open" : "complete", question: question.text ?? "",
    explained: question.text ?? "", asked: asked.when, measure: question.measure ?? "count", mode: question.mode ?? "regions",
    unit: "persons", sigma, regions_asked: regions.length, regions_answered: answered.size, signatures_verified: true,
    total: answered.size === 0 ? null : figures(question, total, sum ? half : Math.ceil(half * Math.sqrt(answered.size))),
    display: { below: 10, base: 1 }, price_nrho: 5_000_000, charged: true,
    codes: [{ asked: "icd10:C50", checked: true, label: "Malign tumör i bröstkörtel" }],
    regions: state.regions.map(({ node, name, state: how, code }) => {
      if (how !== "answered") return { node, name, state: how === "waiting" ? "waiting" : how, ...(code ? { code } : {}),
        ...(how === "declined" ? { reason: "the region answers for statistics and care-quality alone", budget } : {}) };
      const facts = { snapshot: "a3".repeat(32), snapshot_date: "2026-11-29", assembly: "GRCh38", tested_share_percent: 95,
        price_nrho: 5_000_000, charged: true, budget_left_nrho: 83_000_000, log_index: 41, terms: { icd10: "2026", hp: "2026-02-16" }, budget: budgetIn(node) };
      if (sum) return { node, name, state: "took-part", ...facts };
      const mine = figures(question, people(node), half);
      return { node, name, state: mine.matched?.state ?? "value", ...mine, ...facts };
    }),
  };
}
