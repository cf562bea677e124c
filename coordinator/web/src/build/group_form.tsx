// SPDX-License-Identifier: Apache-2.0
// A new group: tests of one and the same variant, who was examined for it, an event, two events in time, events one
// after the other, an event again and again, or at least n of several. A group begins with as many tests as it needs.
// Where a group or a single criterion may come, the form offers both.
import { useId, useState } from "preact/hooks";
import type { Ast, Gap, Origin } from "../desk/types";
import { words } from "../text/words";
import { tables } from "./draft";
import { GapFields } from "./gap_fields";
import { type Draft, draftOf, type Scope, TestFields, testOf, useFocusInside } from "./test_form";

const kinds = ["variant", "tested", "event", "relation", "sequence", "times"] as const;
export type GroupKind = (typeof kinds)[number] | "test" | "at_least";

function scopeOf(kind: GroupKind): Scope {
  if (kind === "variant" || kind === "tested") return "variant";
  return kind === "at_least" || kind === "test" ? "person" : "event";
}

export interface Made {
  kind: GroupKind;
  tests: Ast[];
  least: number;
  side: "before" | "after" | "of";
  gap: Gap | undefined;
  origin?: Origin | undefined;
}

export function groupOf({ kind, tests, least, side, gap, origin }: Made): Ast {
  const event = (one: Ast): Ast => ({ kind: "event", children: [one] });
  const gapped = gap ? { gap } : {};
  switch (kind) {
    case "test":
      return tests[0] ?? { kind: "all" };
    case "variant":
      return { kind: "variant", children: tests, ...(origin ? { origin } : {}) };
    case "tested":
      return { kind: "tested", children: [{ kind: "variant", children: tests, ...(origin ? { origin } : {}) }] };
    case "event":
      return { kind: "event", children: tests };
    case "relation":
      return { kind: "relation", side, children: tests.map(event), ...gapped };
    case "sequence": // each after the one before it, as far as the gap says
      return { kind: "sequence", children: tests.map((one, at) => (at === 0 ? event(one) : { ...event(one), ...gapped })) };
    case "times":
      return { kind: "times", at_least: least, children: tests.map(event), ...gapped };
    case "at_least":
      return least <= 1 ? { kind: "or", children: tests } : { kind: "at_least", at_least: Math.min(least, tests.length), children: tests };
  }
}

// In which sample a variant was found.
export function OriginField({ origin, change }: { origin: Origin | undefined; change(origin: Origin | undefined): void }) {
  const w = words().builder;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{w.origin}</label>
      <select id={id} value={origin ?? "either"} onChange={(event) => {
        const chosen = event.currentTarget.value as Origin | "either";
        change(chosen === "either" ? undefined : chosen);
      }}>
        {(["either", "germline", "somatic"] as const).map((one) => <option key={one} value={one}>{w.origins[one]}</option>)}
      </select>
    </div>
  );
}

export function GroupForm({ begins, done, leave }: { begins: "test" | "variant" | "at_least"; done(node: Ast): void; leave(): void }) {
  const w = words().builder;
  const ids = { kind: useId(), least: useId() };
  const [kind, setKind] = useState<GroupKind>(begins);
  const scope = scopeOf(kind);
  const [first, setFirst] = useState<Draft>(draftOf(undefined, scope));
  const [second, setSecond] = useState<Draft>(draftOf(undefined, scope));
  const [least, setLeast] = useState(1);
  const [side, setSide] = useState<Made["side"]>("before");
  const [gap, setGap] = useState<Gap | undefined>(undefined);
  const [origin, setOrigin] = useState<Origin | undefined>(undefined);
  const [missing, setMissing] = useState(false);
  const events = kind === "relation" || kind === "sequence";
  const two = events || kind === "at_least";
  const test = (draft: Draft) => testOf(draft, tables.value?.fields.find((one) => one.name === draft.field));
  const chosen = (next: GroupKind) => {
    setKind(next);
    setFirst(draftOf(undefined, scopeOf(next)));
    setSecond(draftOf(undefined, scopeOf(next)));
    setLeast(next === "times" ? 2 : 1);
    setGap(undefined);
    setOrigin(undefined);
  };
  const form = useFocusInside();
  return (
    <form ref={form} class="test-form" aria-label={begins === "test" ? w.addOne : w.addGroup} onSubmit={(event) => {
      event.preventDefault();
      const tests = (two ? [test(first), test(second)] : [test(first)]).filter((one) => one !== null);
      if (tests.length < (two ? 2 : 1)) setMissing(true);
      else done(groupOf({ kind, tests, least, side, gap, origin }));
    }}>
      {begins === "at_least" ? null : (
        <div class="field">
          <label for={ids.kind}>{w.groupKind}</label>
          <select id={ids.kind} value={kind} onChange={(event) => chosen(event.currentTarget.value as GroupKind)}>
            {(begins === "test" ? (["test", ...kinds] as const) : kinds).map((one) => <option key={one} value={one}>{w.kinds[one]}</option>)}
          </select>
        </div>
      )}
      {kind === "at_least" || kind === "times" ? (
        <div class="field">
          <label for={ids.least}>{kind === "times" ? w.leastTimes : w.leastOf}</label>
          <input id={ids.least} type="number" min={1} max={kind === "times" ? 99 : 2} value={least}
            onInput={(event) => setLeast(event.currentTarget.valueAsNumber || 1)} />
        </div>
      ) : null}
      {kind === "variant" || kind === "tested" ? <OriginField origin={origin} change={setOrigin} /> : null}
      <fieldset class="inner">
        <legend>{two ? w.first[events ? "event" : "test"] : w.itsTest}</legend>
        <TestFields key={`${kind} 1`} scope={scope} draft={first} change={setFirst} />
      </fieldset>
      {events || kind === "times"
        ? <GapFields side={kind === "relation" ? side : undefined} gap={gap} change={(nextSide, next) => {
            if (nextSide) setSide(nextSide);
            setGap(next);
          }} onlyWithin={kind === "times"} /> : null}
      {two ? (
        <fieldset class="inner">
          <legend>{w.second[events ? "event" : "test"]}</legend>
          <TestFields key={`${kind} 2`} scope={scope} draft={second} change={setSecond} />
        </fieldset>
      ) : null}
      {missing ? <p class="note bad" role="alert">{w.missing}</p> : null}
      <div class="row">
        <button type="submit">{w.addIt}</button>
        <button type="button" class="bare" onClick={leave}>{w.leave}</button>
      </div>
    </form>
  );
}
