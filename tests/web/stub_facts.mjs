// SPDX-License-Identifier: Apache-2.0
// What the stub knows of people, language and network.
export const regions = [
  ["01", "Stockholm"], ["03", "Uppsala"], ["04", "Sörmland"], ["05", "Östergötland"], ["06", "Jönköping"],
  ["07", "Kronoberg"], ["08", "Kalmar"], ["09", "Gotland"], ["10", "Blekinge"], ["12", "Skåne"], ["13", "Halland"],
  ["14", "Västra Götaland"], ["17", "Värmland"], ["18", "Örebro"], ["19", "Västmanland"], ["20", "Dalarna"],
  ["21", "Gävleborg"], ["22", "Västernorrland"], ["23", "Jämtland Härjedalen"], ["24", "Västerbotten"], ["25", "Norrbotten"],
];

export const person = {
  analyst: "anna", organisation: "gms", network: "demo", coordinator: "http://127.0.0.1:8480",
  roles: [{ role: "national-analyst", purpose: "statistics", mode: "regions", sigma: 10 }], permits: [],
};

const field = (name, scope, operators, form, english, swedish, more = {}) =>
  ({ name, scope, operators, form, english, swedish, example: "", ...more });
const word = (text, english, swedish) => ({ text, english, swedish });

export const languageTables = {
  vocabulary: 3,
  fields: [
    field("age", "person", ["range", "exists"], "integer", "age in years", "ålder i år", { least: 0, most: 150, units: ["days", "months", "years"] }),
    field("sex", "person", ["in", "exists"], "word", "sex", "kön", { words: [word("female", "female", "kvinna"), word("male", "male", "man")] }),
    field("region", "person", ["in"], "region", "region", "region"),
    field("diagnosis", "person", ["in", "under", "exists"], "code", "diagnosis", "diagnos"),
    field("phenotype", "person", ["in", "under", "excluded", "exists"], "code", "phenotype", "fenotyp"),
    field("treatment", "person", ["in", "under", "exists"], "code", "treatment", "behandling"),
    field("lab", "person", ["in", "under", "exists", "measured", "answered"], "code", "laboratory result", "laboratoriesvar"),
    field("code", "person", ["in", "under", "exists"], "code", "event of any kind coded", "händelse av vilket slag som helst med koden"),
    field("gene", "variant", ["in"], "gene", "gene", "gen"),
    field("consequence", "variant", ["in"], "word", "consequence", "konsekvens", {
      words: [word("lof", "loss of function", "funktionsförlust"), word("missense_variant", "missense_variant", "missense_variant")],
    }),
    field("af", "variant", ["range", "exists"], "share", "highest population frequency", "högsta populationsfrekvens"),
    field("date", "event", ["range"], "date", "date", "datum"),
  ],
  constructs: [],
  measures: [
    { name: "count", parts: "none", help: "" }, { name: "breakdown", parts: "dimensions", help: "" },
    { name: "frequency", parts: "changes", help: "" }, { name: "funnel", parts: "steps", help: "" },
    { name: "share", parts: "none", help: "" }, { name: "leave_one_out", parts: "steps", help: "" },
    { name: "timeline", parts: "bins", help: "" }, { name: "histogram", parts: "bins", help: "" },
    { name: "survival", parts: "bins", help: "" }, { name: "association", parts: "two_by_two", help: "" },
  ],
  modes: ["regions", "sum"],
  dimensions: ["sex", "age_band", "birth_decade", "assay"],
  systems: [{ name: "icd10", what: "ICD-10-SE", example: "icd10:C50" }, { name: "hp", what: "HPO", example: "HP:0001250" },
    { name: "atc", what: "ATC", example: "atc:L01XK" }],
  regions: regions.map(([code, name]) => ({ code, name })),
  sigmas: [5, 10, 20, 50],
  roles: ["national-analyst", "sponsor"],
  purposes: ["research", "trial-feasibility", "statistics", "care-quality"],
  limits: { text_bytes: 4096, depth: 32, nodes: 200, values: 4000 },
};

export function boardOf() {
  return {
    schema_version: 1,
    nodes: regions.map(([node, name]) => ({
      node, name, state: node === "09" ? "offline" : node === "25" ? "never-seen" : "connected",
      ...(["01", "12"].includes(node) ? { contact: `gms@region${node}.example` } : {}),
      ...(node === "25" ? { terms: {} } : {
        since: "2026-11-30T08:00:00Z", software: "0.9.0", protocol: 3, snapshot_date: "2026-11-29",
        terms: { icd10: "2026", hp: "2026-02-16", atc: "2026" },
        delivers: [{ kind: "diagnosis", system: "icd10", since: "2005-01-01" }, { kind: "treatment", system: "atc" }],
        assays: [{ name: "wgs-v2", assembly: "GRCh38", whole_genome: true }, { name: "panel-11", assembly: "GRCh37", whole_genome: false }],
        sizes: { persons: 65536, sites: 1048576, gene: 4096, events: 262144, kinds: 0, segments: 3 },
      }),
    })),
  };
}

export function budgetOf() {
  return {
    schema_version: 1, organisation: "gms",
    nodes: regions.filter(([node]) => node !== "25").map(([node], at) => ({
      node, dataset: "all", window: "2026", left_nrho: 100_000_000 - at * 4_300_000, cap_nrho: 100_000_000,
      lifetime_left_nrho: 900_000_000, lifetime_cap_nrho: 1_000_000_000, said: "2026-11-30T09:00:00Z",
    })),
  };
}
