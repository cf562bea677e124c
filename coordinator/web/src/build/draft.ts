// SPDX-License-Identifier: Apache-2.0
// The question that is being made: one state, of which builder, text and protocol are views. The desk
// is its only parser and printer; what it said last about the text stands beside it.
import { batch, computed, effect, signal } from "@preact/signals";
import * as desk from "../desk/client";
import type { Ast, Diagnostic, Explained, LanguageTables, Me, Parsed, Price, Question } from "../desk/types";
import { language } from "../settings";

export type View = "cards" | "text" | "protocol";
export interface Row {
  key: number;
  kind: "I" | "E";
  name: string;
  criterion: string;
}

export type Beside = Record<"from" | "to" | "exposure" | "outcome" | "period" | "bins", string>;

export const view = signal<View>("cards");
export const text = signal("");
export const rows = signal<Row[]>([]);
export const measure = signal("count");
export const by = signal<string[]>(["sex"]);
export const changes = signal("");
// What measures of bins and an association need beside the question; each a text of the desk's language.
export const beside = signal<Beside>({ from: "", to: "", exposure: "", outcome: "", period: "", bins: "" });
export const mode = signal("");
export const sigma = signal(0);
export const purpose = signal("");

export const parsed = signal<Parsed>({ ok: true, canonical: "", ast: { kind: "all" }, diagnostics: [] });
export const explained = signal<Explained | null>(null);
export const priced = signal<Price | null>(null);
export const trouble = signal<desk.DeskProblem | null>(null);
export const judging = signal(false);
export const me = signal<Me | null>(null);
export const tables = signal<LanguageTables | null>(null);

let lastKey = 0;
export function newRow(kind: "I" | "E", name = "", criterion = ""): Row {
  lastKey += 1;
  return { key: lastKey, kind, name, criterion };
}

// I and E are numbered apart, in their order; a line without a criterion is not yet one.
export function protocolOf(list: Row[]): string {
  const numbers = { I: 0, E: 0 };
  const lines: string[] = [];
  for (const row of list) {
    numbers[row.kind] += 1;
    const criterion = row.criterion.replace(/\s+/g, " ").trim();
    const name = row.name.replace(/[\s:#]+/g, " ").trim();
    lines.push(criterion === "" ? "" : `${row.kind}${numbers[row.kind]} ${name === "" ? "-" : name}: ${criterion}`);
  }
  return lines.join("\n");
}

export function rowsOf(protocol: string): Row[] {
  const found: Row[] = [];
  for (const line of protocol.split("\n")) {
    const parts = /^\s*([IE])\d+\s*([^:]*):\s*(.*)$/.exec(line);
    if (parts) found.push(newRow(parts[1] as "I" | "E", (parts[2] ?? "").trim(), parts[3] ?? ""));
  }
  return found;
}

export const asProtocol = computed(() => view.value === "protocol");
export const empty = computed(() =>
  asProtocol.value ? protocolOf(rows.value).trim() === "" : text.value.trim() === "");

export const question = computed<Question>(() => {
  const made: Question = { measure: measure.value };
  if (asProtocol.value) made.protocol = protocolOf(rows.value);
  else if (text.value.trim() !== "") made.text = text.value.trim();
  if (partsOf(measure.value) === "dimensions") made.by = by.value;
  if (partsOf(measure.value) === "changes") made.changes = changes.value.split(/[\s,]+/).filter(Boolean);
  for (const name of besideOf(measure.value)) {
    if (beside.value[name].trim() !== "") made[name] = beside.value[name].trim();
  }
  if (mode.value !== "") made.mode = mode.value;
  if (sigma.value !== 0) made.sigma = sigma.value;
  if (purpose.value !== "") made.purpose = purpose.value;
  if (empty.value && partsOf(measure.value) === "none") made.everybody = true;
  return made;
});

export function partsOf(name: string): string {
  return tables.value?.measures.find((one) => one.name === name)?.parts ?? "none";
}

// Which of them a measure takes, in the order in which they are asked for.
const takes: Record<string, (keyof Beside)[]> = {
  timeline: ["from", "period"],
  histogram: ["from", "to", "bins"],
  survival: ["from", "to", "bins"],
  association: ["exposure", "outcome"],
};

export function besideOf(name: string): (keyof Beside)[] {
  return takes[name] ?? [];
}

// Those without which it is no question: the days of a histogram need both events, its ages none.
export const lacking = computed(() => besideOf(measure.value).filter((name) => {
  const optional = measure.value === "histogram" && name !== "bins" && beside.value.from.trim() === "" && beside.value.to.trim() === "";
  return !optional && beside.value[name].trim() === "";
}));

// Shown in the page's builder, taken over from a saved question, or from the history.
export function take(from: Question): void {
  batch(() => {
    measure.value = from.measure ?? "count";
    by.value = from.by ?? ["sex"];
    changes.value = (from.changes ?? []).join("\n");
    beside.value = {
      from: from.from ?? "", to: from.to ?? "", exposure: from.exposure ?? "", outcome: from.outcome ?? "",
      period: from.period ?? "", bins: from.bins ?? "",
    };
    mode.value = from.mode ?? "";
    sigma.value = from.sigma ?? 0;
    purpose.value = from.purpose ?? "";
    if (from.protocol) {
      rows.value = rowsOf(from.protocol);
      view.value = "protocol";
    } else {
      text.value = from.text ?? "";
      view.value = "cards";
    }
  });
}

// The builder changed the tree: the desk prints it, and what it prints is the text.
export async function change(ast: Ast): Promise<Diagnostic[]> {
  const printed = await desk.print(ast);
  if (printed.ok && printed.canonical !== undefined) {
    batch(() => {
      text.value = printed.canonical ?? "";
      parsed.value = printed;
    });
  }
  return printed.diagnostics;
}

export async function load(): Promise<void> {
  try {
    const [person, language] = await Promise.all([desk.me(), desk.tables()]);
    batch(() => {
      me.value = person;
      tables.value = language;
      const usual = person.roles[0];
      if (usual && mode.value === "") mode.value = usual.mode;
      if (usual && sigma.value === 0) sigma.value = usual.sigma;
      if (usual && purpose.value === "") purpose.value = usual.purpose;
      trouble.value = null;
    });
  } catch (error) {
    if (error instanceof desk.DeskProblem) trouble.value = error;
  }
}

async function judge(made: Question, signal: AbortSignal): Promise<void> {
  const now = made.protocol !== undefined
    ? await desk.parseProtocol(made.protocol, signal)
    : await desk.parse(made.text ?? "", signal);
  parsed.value = now;
  if (!now.ok || lacking.value.length > 0 || (empty.value && !made.everybody && besideOf(measure.value).length === 0)) {
    explained.value = null;
    priced.value = null;
    return;
  }
  const words = now.canonical ?? made.text ?? "";
  const [meaning, cost] = await Promise.all([
    words === "" ? Promise.resolve(null) : desk.explain(words, language.value, signal),
    desk.price(made, signal),
  ]);
  batch(() => {
    explained.value = meaning;
    priced.value = cost;
    trouble.value = null;
  });
}

// Whatever changes the question has it judged again, 150 ms after the last key.
export function followDraft(): void {
  let timer = 0;
  let running: AbortController | null = null;
  effect(() => {
    const made = question.value;
    void language.value;
    if (!tables.value) return;
    clearTimeout(timer);
    running?.abort();
    const mine = new AbortController();
    running = mine;
    judging.value = true;
    timer = window.setTimeout(() => {
      judge(made, mine.signal)
        .catch((error: unknown) => {
          if (mine.signal.aborted) return;
          batch(() => {
            priced.value = null;
            if (error instanceof desk.DeskProblem) trouble.value = error;
          });
        })
        .finally(() => {
          if (running === mine) judging.value = false;
        });
    }, 150);
  });
}
