// SPDX-License-Identifier: Apache-2.0
// An answer as schemas/answer.json has it, as far as the page shows it, and how a figure is written.
import type { CodeUsed, Figure } from "../desk/types";
import { number, percent, words } from "../text/words";

export interface Share {
  value: number;
  low95: number;
  high95: number;
}
export interface Part {
  change?: string;
  matched?: Figure;
  undetermined?: Figure;
  ref?: Figure;
  het?: Figure;
  hom?: Figure;
  hemi?: Figure;
  ref_haploid?: Figure;
  not_covered?: Figure;
  ac?: Figure;
  an?: Figure;
  af?: Share | null;
  at_risk?: Figure;
  events?: Figure;
  left?: Share | null;
  [dimension: string]: string | Figure | Share | null | undefined;
}
export interface Step {
  name: string;
  text?: string;
  survivors?: Figure;
  undetermined?: Figure;
  gained?: Figure;
}
export interface Figures {
  matched?: Figure;
  undetermined?: Figure;
  unmatched?: Figure;
  told?: Figure;
  persons?: Figure;
  share?: Share | null;
  parts?: Part[];
  steps?: Step[];
  exposed_with?: Figure;
  exposed_without?: Figure;
  unexposed_with?: Figure;
  unexposed_without?: Figure;
  odds_ratio?: Share | null;
}
export interface Region extends Figures {
  node: string;
  name: string;
  state: string;
  code?: string;
  reason?: string;
  snapshot?: string;
  snapshot_date?: string;
  assembly?: string;
  tested_share_percent?: number;
  price_nrho?: number;
  charged?: boolean;
  budget_left_nrho?: number;
  log_index?: number;
  terms?: Record<string, string>;
  budget?: { person_year_nrho?: number; everybody_could_pay?: boolean };
}
export interface Answer {
  id: string;
  state: "open" | "complete";
  question?: string;
  explained?: string;
  codes?: CodeUsed[];
  genes?: CodeUsed[];
  asked?: string;
  disease?: string;
  measure: string;
  mode: "regions" | "sum";
  blind?: boolean;
  sigma: number;
  regions_asked: number;
  regions_answered: number;
  signatures_verified: boolean;
  total: Figures | null;
  display: { below: number; base: number };
  price_nrho: number;
  charged: boolean;
  regions: Region[];
}

// Where persons pay for the figures that they are in: whether somebody may have been left out.
export function accounts(answer: Answer): { pay: number; low: string[] } {
  const withFigures = ["value", "suppressed", "took-part"];
  const pay = answer.regions.filter((one) => withFigures.includes(one.state) && (one.budget?.person_year_nrho ?? 0) > 0);
  return { pay: pay.length, low: pay.filter((one) => !one.budget?.everybody_could_pay).map((one) => one.name) };
}

// "1 240", or "< 10" of what is below the threshold, zero included.
export function shown(figure: Figure | undefined): string {
  if (!figure) return "";
  if (figure.state === "suppressed" || figure.value === null) return `< ${number(figure.below ?? 0)}`;
  return number(figure.value);
}

export function interval(figure: Figure | undefined): string {
  return figure ? `${number(figure.low95)}–${number(figure.high95)}` : "";
}

// "≈ 1 240 personer (95 %: 1 195–1 285)"
export function persons(figure: Figure | undefined): string {
  if (!figure) return "";
  const sign = figure.state === "value" ? "≈ " : "";
  return words().answer.persons(sign + shown(figure), interval(figure));
}

export function sharePercent(share: Share): string {
  const digits = share.value < 0.001 ? 4 : share.value < 0.01 ? 3 : share.value < 0.1 ? 2 : 1;
  return `${percent(share.value, digits)} (${words().answer.of95}: ${percent(share.low95, digits)}–${percent(share.high95, digits)})`;
}

// The figure that an answer is about, first of what its measure gives.
export function headFigure(figures: Figures | null | undefined): Figure | undefined {
  return figures?.matched ?? figures?.steps?.at(-1)?.survivors;
}

// By which dimensions the parts are, in the order of the answer: sex, age_band, period …
export function dimensionsOf(parts: Part[]): string[] {
  return Object.entries(parts[0] ?? {}).filter(([name, value]) => typeof value === "string" && name !== "change").map(([name]) => name);
}

export function partName(part: Part, dimensions: string[]): string {
  const classes: Record<string, string> = words().classes;
  return dimensions.map((one) => {
    const text = String(part[one] ?? "");
    return classes[text] ?? text.replace(" and more", ` ${words().classes["and more"]}`);
  }).join(", ");
}
