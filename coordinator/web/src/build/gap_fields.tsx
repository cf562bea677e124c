// SPDX-License-Identifier: Apache-2.0
// How two events lie in time: on which side, and how far apart.
import { useId, useState } from "preact/hooks";
import type { Gap } from "../desk/types";
import { words } from "../text/words";

// What is typed stands until it is taken, whatever the desk says of the question meanwhile.
export function NumberField({ id, min, max, value, change }: { id?: string; min: number; max?: number; value: number; change(n: number): void }) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input id={id} type="number" min={min} max={max} value={typed ?? value}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onChange={(event) => {
        change(event.currentTarget.valueAsNumber);
        setTyped(null);
      }} />
  );
}

type Side = "before" | "after" | "of";

export function GapFields({ side, gap, change, onlyWithin = false }: {
  side: Side | undefined;
  gap: Gap | undefined;
  change(side: Side | undefined, gap: Gap | undefined): void;
  onlyWithin?: boolean;
}) {
  const w = words().builder;
  const ids = { form: useId(), first: useId(), last: useId(), unit: useId(), side: useId() };
  const forms = onlyWithin ? (["within"] as const) : (["within", "at_least", "between"] as const);
  const choose = (form: string) => {
    if (form === "") change(side, undefined);
    else if (form === "within") change(side, { form, unit: gap?.unit ?? "months", last: gap?.last ?? 12 });
    else if (form === "at_least") change(side, { form, unit: gap?.unit ?? "months", first: gap?.first ?? 1 });
    else if (form === "between") change(side, { form, unit: gap?.unit ?? "months", first: gap?.first ?? 1, last: gap?.last ?? 12 });
  };
  const count = (text: number) => (Number.isFinite(text) && text >= 0 ? Math.trunc(text) : 0);
  return (
    <div class="row">
      <div class="field">
        <label for={ids.form}>{w.gap}</label>
        <select id={ids.form} value={gap?.form ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{w.gaps.any}</option>
          {forms.map((one) => <option key={one} value={one}>{w.gaps[one]}</option>)}
        </select>
      </div>
      {gap && gap.form !== "within" ? (
        <div class="field">
          <label for={ids.first}>{w.least}</label>
          <NumberField id={ids.first} min={0} value={gap.first ?? 0} change={(n) => change(side, { ...gap, first: count(n) })} />
        </div>
      ) : null}
      {gap && gap.form !== "at_least" ? (
        <div class="field">
          <label for={ids.last}>{w.most}</label>
          <NumberField id={ids.last} min={0} value={gap.last ?? 0} change={(n) => change(side, { ...gap, last: count(n) })} />
        </div>
      ) : null}
      {gap ? (
        <div class="field">
          <label for={ids.unit}>{w.unit}</label>
          <select id={ids.unit} value={gap.unit} onChange={(event) => change(side, { ...gap, unit: event.currentTarget.value as Gap["unit"] })}>
            {(["days", "months", "years"] as const).map((one) => <option key={one} value={one}>{w.units[one]}</option>)}
          </select>
        </div>
      ) : null}
      {side ? (
        <div class="field">
          <label for={ids.side}>{w.side}</label>
          <select id={ids.side} value={side} onChange={(event) => change(event.currentTarget.value as Side, gap)}>
            {(["before", "after", "of"] as const).map((one) => <option key={one} value={one}>{w.sides[one]}</option>)}
          </select>
        </div>
      ) : null}
    </div>
  );
}
