// SPDX-License-Identifier: Apache-2.0
// The form of one test, made from the desk's table of fields: what is asked of the field, and the
// values that its form takes.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Ast, Field, Op } from "../desk/types";
import { language } from "../settings";
import { words } from "../text/words";
import { tables } from "./draft";
import { matchName, useMatches, ValuePicker } from "./value_picker";

export type Scope = "person" | "variant" | "event";

export interface Draft {
  field: string;
  op: Op;
  values: string[];
  low: string;
  high: string;
  unit: string;
  sets: string[];
  code: string; // whose value or answer is asked for
}

export function draftOf(node: Ast | undefined, scope: Scope): Draft {
  const first = { person: "diagnosis", variant: "gene", event: "diagnosis" }[scope];
  return {
    field: node?.field ?? first,
    op: node?.op ?? (first === "diagnosis" && !node ? "under" : "in"),
    values: node?.values ?? [],
    low: openEnd(node?.low, 1n),
    high: openEnd(node?.high, -1n),
    unit: node?.unit ?? (node?.op === "measured" ? "" : "years"),
    sets: node?.sets ?? [],
    code: node?.code ?? "",
  };
}

// Both ends of a range are in it. "<50" is what lies just below 50: 49 where numbers are whole, else one of the desk's
// steps of 10^-9 less.
function endOf(text: string, whole = false): string | null {
  const found = /^([<>]?)\s*(-?)(\d+)(?:[.,](\d{1,9}))?$/.exec(text.trim());
  if (!found?.[1]) return text.trim().replace(",", ".") || null;
  const [, side, minus, before = "", after = ""] = found;
  const nano = BigInt(`${minus ?? ""}${before}${after.padEnd(9, "0")}`);
  return decimal(nano + (side === "<" ? -1n : 1n) * (whole ? 1_000_000_000n : 1n));
}

// "0.999999999" as an upper end was written "<1"; any other is as it is.
export function openEnd(text: string | null | undefined, step: 1n | -1n): string {
  const found = /^(-?)(\d+)\.(\d{9})$/.exec(text ?? "");
  if (!found) return text ?? "";
  const round = BigInt(`${found[1] ?? ""}${found[2] ?? ""}${found[3] ?? ""}`) - step;
  return round % 1000n === 0n ? `${step > 0n ? ">" : "<"}${decimal(round)}` : text ?? "";
}

function decimal(nano: bigint): string {
  const digits = String(nano < 0n ? -nano : nano).padStart(10, "0");
  const after = digits.slice(-9).replace(/0+$/, "");
  return `${nano < 0n ? "-" : ""}${digits.slice(0, -9)}${after === "" ? "" : `.${after}`}`;
}

// The test of the form, or nothing while it has no value.
export function testOf(draft: Draft, field: Field | undefined): Ast | null {
  const { op, values, low, high, sets } = draft;
  const node: Ast = { kind: "test", field: draft.field, op };
  if (op === "exists") return node;
  if (op === "measured" || op === "answered") return valueOf(node, draft);
  if (op !== "range") {
    if (values.length + sets.length === 0) return null;
    return { ...node, values, ...(sets.length > 0 ? { sets } : {}) };
  }
  const whole = field?.form === "integer";
  if (endOf(low, whole) === null && endOf(high, whole) === null) return null;
  return { ...node, low: endOf(low, whole), high: endOf(high, whole), ...(field?.units?.length ? { unit: draft.unit } : {}) };
}

// A number after a code, in a range and a unit; or its answers.
function valueOf(node: Ast, { code, values, low, high, unit }: Draft): Ast | null {
  if (code.trim() === "") return null;
  if (node.op === "answered") return values.length === 0 ? null : { ...node, code: code.trim(), values };
  if (endOf(low) === null && endOf(high) === null) return null;
  return { ...node, code: code.trim(), low: endOf(low), high: endOf(high), ...(unit.trim() === "" ? {} : { unit: unit.trim() }) };
}

// Where a test of an event stands: fields that have codes, and the event's own.
export function fieldsOf(scope: Scope, all: Field[]): Field[] {
  if (scope === "variant") return all.filter((one) => one.scope === "variant");
  if (scope === "event") return all.filter((one) => one.scope === "event" || one.form === "code" || one.name === "age");
  return all.filter((one) => one.scope === "person");
}

export function fieldName(field: Field | undefined, name: string): string {
  return (language.value === "sv" ? field?.swedish : field?.english) ?? name;
}

export function TestFields({ scope, draft, change }: { scope: Scope; draft: Draft; change(draft: Draft): void }) {
  const w = words().builder;
  const ids = { field: useId(), op: useId() };
  const known = tables.value;
  if (!known) return null;
  const offered = fieldsOf(scope, known.fields);
  const field = known.fields.find((one) => one.name === draft.field) ?? offered[0];
  if (!field) return null;
  const choose = (name: string) => {
    const next = known.fields.find((one) => one.name === name);
    const op = next?.operators.includes("under") ? "under" : next?.operators[0] ?? "in";
    change({ ...draft, field: name, op, values: [], low: "", high: "", sets: [], code: "" });
  };
  const ask = (op: Op) => change({ ...draft, op, unit: op === "measured" ? "" : "years" });
  const ofValue = draft.op === "measured" || draft.op === "answered";
  return (
    <div class="test-fields">
      <div class="row">
        <div class="field">
          <label for={ids.field}>{w.field}</label>
          <select id={ids.field} value={field.name} onChange={(event) => choose(event.currentTarget.value)}>
            {offered.map((one) => <option key={one.name} value={one.name}>{fieldName(one, one.name)}</option>)}
          </select>
        </div>
        <div class="field">
          <label for={ids.op}>{w.how}</label>
          <select id={ids.op} value={draft.op} onChange={(event) => ask(event.currentTarget.value as Op)}>
            {field.operators.map((one) => <option key={one} value={one}>{w.ops[one]}</option>)}
          </select>
        </div>
      </div>
      {ofValue ? <Coded draft={draft} change={change} /> : null}
      {draft.op === "range" || draft.op === "measured" ? <Range field={field} draft={draft} change={change} /> : null}
      {draft.op === "answered" ? <Answers draft={draft} change={change} /> : null}
      {draft.op !== "range" && draft.op !== "exists" && !ofValue
        ? <ValuePicker field={field} tables={known} values={draft.values} change={(values) => change({ ...draft, values })} /> : null}
    </div>
  );
}

function Coded({ draft, change }: { draft: Draft; change(draft: Draft): void }) {
  const w = words().builder;
  const id = useId();
  const found = useMatches(draft.code, null).filter((one) => one.system !== "gene" && one.code !== draft.code);
  return (
    <div class="field">
      <label for={id}>{w.coded}</label>
      <input id={id} value={draft.code} spellcheck={false} autocomplete="off" placeholder="npu:NPU19651"
        onInput={(event) => change({ ...draft, code: event.currentTarget.value })} />
      {found.length > 0 ? (
        <ul class="found" aria-label={w.matches}>
          {found.map((one) => (
            <li key={one.code}>
              <button type="button" class="small bare" onClick={() => change({ ...draft, code: one.code })}><code>{one.code}</code> <span>{matchName(one)}</span></button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function Answers({ draft, change }: { draft: Draft; change(draft: Draft): void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{words().builder.answers}</label>
      <input id={id} value={draft.values.join(", ")} spellcheck={false} autocomplete="off" placeholder="LA9622-7, LA9623-5"
        onChange={(event) => change({ ...draft, values: event.currentTarget.value.split(",").map((one) => one.trim()).filter(Boolean) })} />
    </div>
  );
}

function Range({ field, draft, change }: { field: Field; draft: Draft; change(draft: Draft): void }) {
  const w = words().builder;
  const ids = { low: useId(), high: useId(), unit: useId() };
  const kind = (field.form === "date" ? "date" : "text") as "text"; // the types part them by what else they may have
  const mode = field.form === "integer" ? "numeric" : "decimal";
  return (
    <div class="row">
      <div class="field">
        <label for={ids.low}>{w.from}</label>
        <input id={ids.low} type={kind} inputMode={mode} size={10} value={draft.low}
          onInput={(event) => change({ ...draft, low: event.currentTarget.value })} />
      </div>
      <div class="field">
        <label for={ids.high}>{w.to}</label>
        <input id={ids.high} type={kind} inputMode={mode} size={10} value={draft.high}
          onInput={(event) => change({ ...draft, high: event.currentTarget.value })} />
      </div>
      {draft.op === "measured" ? (
        <div class="field">
          <label for={ids.unit}>{w.ucum}</label>
          <input id={ids.unit} size={10} value={draft.unit} spellcheck={false} placeholder="mmol/L"
            onInput={(event) => change({ ...draft, unit: event.currentTarget.value })} />
        </div>
      ) : null}
      {field.units?.length && draft.op !== "measured" ? (
        <div class="field">
          <label for={ids.unit}>{w.unit}</label>
          <select id={ids.unit} value={draft.unit} onChange={(event) => change({ ...draft, unit: event.currentTarget.value })}>
            {field.units.map((one) => <option key={one} value={one}>{(w.units as Record<string, string>)[one] ?? one}</option>)}
          </select>
        </div>
      ) : null}
      <p class="hint">{field.form === "date" ? w.datesHint : w.endsHint}{field.form === "share" ? ` ${w.shareHint}` : ""}</p>
    </div>
  );
}

// A form that opens has the focus, at its first field.
export function useFocusInside() {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("select, input")?.focus(), []);
  return form;
}

// One test, to be added or changed.
export function TestForm({ scope, node, done, leave }: {
  scope: Scope;
  node?: Ast;
  done(test: Ast): void;
  leave(): void;
}) {
  const w = words().builder;
  const [draft, setDraft] = useState(draftOf(node, scope));
  const [missing, setMissing] = useState(false);
  const form = useFocusInside();
  return (
    <form ref={form} class="test-form" aria-label={node ? w.changeOne : w.addOne} onSubmit={(event) => {
      event.preventDefault();
      const test = testOf(draft, tables.value?.fields.find((one) => one.name === draft.field));
      if (test) done(test);
      else setMissing(true);
    }}>
      <TestFields scope={scope} draft={draft} change={(next) => {
        setMissing(false);
        setDraft(next);
      }} />
      {missing ? <p class="note bad" role="alert">{w.missing}</p> : null}
      <div class="row">
        <button type="submit">{node ? w.changeIt : w.addIt}</button>
        <button type="button" class="bare" onClick={leave}>{w.leave}</button>
      </div>
    </form>
  );
}
