// SPDX-License-Identifier: Apache-2.0
// Values of a test: those chosen, each to be taken away again, and a field to find more. What is typed
// may also be taken as it stands; the desk says whether it is right.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import * as desk from "../desk/client";
import type { Field, LanguageTables, Match } from "../desk/types";
import { language } from "../settings";
import { words } from "../text/words";

export function ValuePicker({ field, tables, values, change }: {
  field: Field;
  tables: LanguageTables;
  values: string[];
  change(values: string[]): void;
}) {
  const w = words().builder;
  const add = (value: string) => {
    if (value !== "" && !values.includes(value)) change([...values, value]);
  };
  const fromList = field.form === "word" || field.form === "region";
  const ticked = fromList && (field.words?.length ?? tables.regions.length) <= listed;
  return (
    <div class="field">
      {values.length > 0 && !ticked ? (
        <ul class="chips" aria-label={w.chosen}>
          {values.map((value) => (
            <li key={value}>
              <span>{nameOf(field, tables, value)}</span>
              <button type="button" class="small bare" aria-label={w.take(nameOf(field, tables, value))}
                onClick={() => change(values.filter((one) => one !== value))}>✕</button>
            </li>
          ))}
        </ul>
      ) : null}
      {fromList ? <FromList field={field} tables={tables} values={values} change={change} /> : <Found field={field} add={add} />}
    </div>
  );
}

export function nameOf(field: Field | undefined, tables: LanguageTables | null, value: string): string {
  if (field?.form === "region") return tables?.regions.find((one) => one.code === value)?.name ?? value;
  const word = field?.words?.find((one) => one.text === value);
  return (language.value === "sv" ? word?.swedish : word?.english) ?? value;
}

const listed = 13; // so many words are shown as boxes to tick; of more one is chosen and taken

function FromList({ field, tables, values, change }: {
  field: Field;
  tables: LanguageTables;
  values: string[];
  change(values: string[]): void;
}) {
  const w = words().builder;
  const id = useId();
  const [chosen, setChosen] = useState("");
  const all = field.form === "region" ? tables.regions.map((one) => one.code) : (field.words ?? []).map((one) => one.text);
  if (all.length <= listed) {
    return (
      <fieldset class="plain">
        <legend>{w.value}</legend>
        <div class="row ticks">
          {all.map((one) => (
            <label key={one} class="choice">
              <input type="checkbox" value={one} checked={values.includes(one)}
                onChange={(event) => change(event.currentTarget.checked ? [...values, one] : values.filter((each) => each !== one))} />
              {nameOf(field, tables, one)}
            </label>
          ))}
        </div>
      </fieldset>
    );
  }
  // Only the button takes it: with the arrow keys one comes past words that one does not mean.
  return (
    <>
      <label for={id}>{w.value}</label>
      <div class="row">
        <select id={id} class="grow" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          <option value="">{w.choose}</option>
          {all.map((one) => <option key={one} value={one}>{nameOf(field, tables, one)}</option>)}
        </select>
        <button type="button" onClick={() => {
          if (chosen !== "" && !values.includes(chosen)) change([...values, chosen]);
          setChosen("");
        }}>{w.takeTyped}</button>
      </div>
    </>
  );
}

function Found({ field, add }: { field: Field; add(value: string): void }) {
  const w = words().builder;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const searched = field.form === "code" || field.form === "gene";
  const found = useMatches(searched ? typed : "", field.form === "gene" ? ["gene"] : null);
  const take = (value: string) => {
    add(value.trim());
    setTyped("");
    input.current?.focus();
  };
  return (
    <>
      <label for={id}>{field.form === "gene" ? w.gene : field.form === "code" ? w.code : w.value}</label>
      <div class="row">
        <input id={id} ref={input} class="grow" value={typed} spellcheck={false} autocomplete="off"
          placeholder={field.form === "change" ? "GRCh38:17-43044295-G-A" : field.form === "locus" ? "GRCh38:17:43044295-43125483" : ""}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || typed.trim() === "") return;
            event.preventDefault();
            take(typed);
          }} />
        <button type="button" onClick={() => take(typed)}>{w.takeTyped}</button>
      </div>
      {found.length > 0 ? (
        <ul class="found" aria-label={w.matches}>
          {found.map((one) => (
            <li key={one.code}>
              <button type="button" class="small bare" onClick={() => take(one.code.replace(/^hp:/, ""))}>
                <code>{one.code.replace(/^hp:/, "")}</code> <span>{matchName(one)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

// The label, with the synonym that was found beside it.
export function matchName(match: Match): string {
  return match.synonym ? `${match.label} (${match.synonym})` : match.label;
}

// What the desk finds for the words, a moment after the last key; of these systems alone, or of all.
export function useMatches(typed: string, systems: string[] | null): Match[] {
  const [found, setFound] = useState<Match[]>([]);
  const key = systems?.join() ?? "";
  useEffect(() => {
    const asked = typed.trim();
    if (asked.length < 2) {
      setFound([]);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const genes = key === "" || key === "gene" ? desk.genes(asked, stop.signal) : Promise.resolve({ matches: [], total: 0 });
      Promise.allSettled([genes, desk.search(asked, 12, stop.signal)]).then((both) => {
        if (stop.signal.aborted) return;
        const all = both.flatMap((one) => (one.status === "fulfilled" ? one.value.matches : []));
        const kept = all.filter((one, index) => all.findIndex((other) => other.code === one.code) === index)
          .filter((one) => key === "" || key.split(",").includes(one.system));
        setFound(kept.slice(0, 12));
      });
    }, 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [typed, key]);
  return found;
}
