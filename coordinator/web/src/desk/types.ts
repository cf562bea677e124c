// SPDX-License-Identifier: Apache-2.0
// What the desk sends and takes: schemas/desk.json of the tree, as far as the page reads it.
// tests/desk.test.ts compares the names with the schema.

export interface Question {
  text?: string;
  protocol?: string;
  measure?: string;
  by?: string[];
  changes?: string[];
  mode?: string;
  sigma?: number;
  role?: string;
  purpose?: string;
  permit?: string;
  disease?: string;
  nodes?: string[];
  blind?: boolean;
  adds_up?: boolean;
  everybody?: boolean;
  wait_s?: number;
  from?: string;
  to?: string;
  exposure?: string;
  outcome?: string;
  period?: string;
  bins?: string;
}

export type Kind =
  | "all" | "and" | "or" | "not" | "at_least" | "variant" | "tested" | "event" | "relation"
  | "sequence" | "times" | "set" | "test";
export interface Gap {
  form: "within" | "at_least" | "between";
  unit: "days" | "months" | "years";
  first?: number;
  last?: number;
}
export type Origin = "germline" | "somatic";
export interface Ast {
  kind: Kind;
  children?: Ast[];
  at_least?: number;
  side?: "before" | "after" | "of";
  gap?: Gap;
  bare?: boolean;
  origin?: Origin;
  two_hits?: true;
  set?: string;
  field?: string;
  op?: Op;
  code?: string;
  values?: string[];
  sets?: string[];
  low?: string | null;
  high?: string | null;
  unit?: string;
  from?: number;
  to?: number;
}
export type Op = "in" | "under" | "excluded" | "range" | "exists" | "measured" | "answered";

export interface Diagnostic {
  from: number;
  to: number;
  line: number;
  column: number;
  code: string;
  message: string;
  expected?: string;
  suggestion?: string;
}
export interface Parsed {
  ok: boolean;
  canonical?: string;
  ast?: Ast;
  steps?: { name: string; criterion: string }[];
  diagnostics: Diagnostic[];
}
export interface Completions {
  from: number;
  to: number;
  completions: { kind: string; text: string; english?: string; swedish?: string }[];
}
export interface CodeUsed {
  asked: string;
  checked: boolean;
  label?: string;
  symbol?: string;
  today?: string;
  obsolete?: boolean;
  has_below?: boolean;
  cannot_tell?: string[];
}
export interface Explained {
  lines: string[];
  canonical: string;
  checked: boolean;
  unchecked_why?: string;
  codes?: CodeUsed[];
  genes?: CodeUsed[];
  diagnostics?: Diagnostic[];
}
export interface PriceLine {
  sigma: number;
  price_nrho: number;
  region_half_width_95: number;
  national_half_width_95: number;
  sum_half_width_95?: number;
}
export interface Answerer {
  node: string;
  name: string;
  state: string;
  budget?: "enough" | "too-little" | "unknown";
  left_nrho?: number;
  cannot_tell?: string[];
  policy?: "unknown" | "answer" | "hold" | "decline";
  policy_why?: string;
  not_delivered?: string[];
  snapshot_date?: string;
}
export interface Price {
  measure: string;
  cells: number;
  sensitivity_squared: number;
  regions: number;
  menu: PriceLine[];
  quoted?: { sigma: number; mode: string; price_nrho: number; role: string; purpose: string };
  not_composed?: string;
  may_answer: Answerer[];
}
export interface RegionState {
  node: string;
  name: string;
  state: string;
  code: string;
  ms: number;
}
export interface State {
  id: string;
  state: "composing" | "open" | "complete" | "failed" | "withdrawn";
  seq: number;
  ms: number;
  asked: number;
  answered: number;
  waiting: number;
  regions: RegionState[];
  problem?: Problem;
}
export interface Problem {
  code: string;
  title: string;
  status: number;
  detail: string;
  diagnostics?: Diagnostic[];
}
export interface Field {
  name: string;
  scope: "person" | "variant" | "event";
  operators: Op[];
  form: string;
  least?: number;
  most?: number;
  units?: string[];
  english: string;
  swedish: string;
  words?: { text: string; english?: string; swedish?: string }[];
  example: string;
}
export interface LanguageTables {
  vocabulary: number;
  fields: Field[];
  constructs: { question: string; english: string; swedish: string }[];
  measures: { name: string; parts: string; help: string }[];
  modes: string[];
  dimensions: string[];
  systems: { name: string; what?: string; example?: string }[];
  regions: { code: string; name: string }[];
  sigmas: number[];
  roles: string[];
  purposes: string[];
  limits: { text_bytes: number; depth: number; nodes: number; values: number };
}
export interface Me {
  analyst: string;
  organisation: string;
  network: string;
  coordinator: string;
  roles: { role: string; purpose: string; mode: string; sigma: number }[];
  permits: { permit: string; until: string; nrho?: number }[];
}
export interface Match {
  code: string;
  label: string;
  synonym: string; // that has the words, where the label has them not
  system: string;
  release: string;
}
export interface Saved {
  id: number;
  name: string;
  question: Question;
  created: string;
}
export interface Handover {
  id: string;
  person: string;
  purpose: string;
  protocol?: string;
  nodes: string[];
  question: boolean;
  lang: string;
}
export interface Letter {
  reference: string;
  id: string;
  to: { node: string; name: string; contact: string }[];
  subject: string;
  body: string;
}
export interface PreparedLetter {
  id: string;
  reference: string;
  prepared: string;
  person: string;
  nodes: string[];
}
export interface Asked {
  id: string;
  text: string;
  measure: string;
  mode?: string;
  asked: string;
  state: string;
  price_nrho?: number;
  charged?: boolean;
  headline?: Figure | null;
  regions_asked?: number;
  regions_answered?: number;
  question?: Question;
}
export interface Figure {
  state: "value" | "suppressed";
  value: number | null;
  below?: number;
  low95: number;
  high95: number;
}
