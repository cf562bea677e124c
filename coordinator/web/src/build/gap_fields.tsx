// SPDX-License-Identifier: Apache-2.0
// How two events lie in time: on which side, and how far apart.
import { useId } from "preact/hooks";
import type { Gap } from "../desk/types";
import { words } from "../text/words";

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
          <input id={ids.first} type="number" min={0} value={gap.first ?? 0}
            onChange={(event) => change(side, { ...gap, first: count(event.currentTarget.valueAsNumber) })} />
        </div>
      ) : null}
      {gap && gap.form !== "at_least" ? (
        <div class="field">
          <label for={ids.last}>{w.most}</label>
          <input id={ids.last} type="number" min={0} value={gap.last ?? 0}
            onChange={(event) => change(side, { ...gap, last: count(event.currentTarget.valueAsNumber) })} />
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

// "within 12 months", in the reader's words.
export function gapWords(gap: Gap | undefined): string {
  const w = words().builder;
  if (!gap) return "";
  const unit = w.units[gap.unit];
  if (gap.form === "within") return w.gapWithin(gap.last ?? 0, unit);
  if (gap.form === "at_least") return w.gapLeast(gap.first ?? 0, unit);
  return w.gapBetween(gap.first ?? 0, gap.last ?? 0, unit);
}
