// SPDX-License-Identifier: Apache-2.0
// A trial's criteria, a row each: the name is what the funnel calls the step.
import type { Diagnostic } from "../desk/types";
import { say } from "../live";
import { words } from "../text/words";
import { newRow, parsed, type Row, rows } from "./draft";

function update(key: number, change: Partial<Row>): void {
  rows.value = rows.value.map((row) => (row.key === key ? { ...row, ...change } : row));
}

function move(at: number, by: number): void {
  const list = [...rows.value];
  const [row] = list.splice(at, 1);
  if (row) list.splice(at + by, 0, row);
  rows.value = list;
}

export function ProtocolTab() {
  const w = words().protocol;
  return (
    <div>
      <p class="hint">{w.hint}</p>
      <Group kind="I" title={w.included} />
      <Group kind="E" title={w.excluded} />
    </div>
  );
}

function Group({ kind, title }: { kind: "I" | "E"; title: string }) {
  const w = words().protocol;
  const mine = rows.value.map((row, at) => ({ row, at })).filter((each) => each.row.kind === kind);
  return (
    <section aria-label={title} class={`group ${kind === "I" ? "must" : "mustnot"}`}>
      <h3>{title}</h3>
      <ol class="criteria">
        {mine.map(({ row, at }, index) => (
          <li key={row.key}>
            <ProtocolRow row={row} name={`${kind}${index + 1}`}
              found={parsed.value.diagnostics.filter((one) => one.line === at + 1)}
              up={index > 0 ? () => move(at, (mine[index - 1]?.at ?? at) - at) : undefined} />
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => {
        rows.value = [...rows.value, newRow(kind)];
        say(w.added);
      }}>{kind === "I" ? w.addIncluded : w.addExcluded}</button>
    </section>
  );
}

function ProtocolRow({ row, name, found, up }: {
  row: Row;
  name: string;
  found: Diagnostic[];
  up: (() => void) | undefined;
}) {
  const w = words().protocol;
  return (
    <div class="criterion-row">
      <strong class="row-name">{name}</strong>
      <input aria-label={w.nameOf(name)} placeholder={w.name} value={row.name}
        onInput={(event) => update(row.key, { name: event.currentTarget.value })} />
      <input class="code" aria-label={w.criterionOf(name)} aria-invalid={found.length > 0} value={row.criterion}
        placeholder={row.kind === "I" ? "age >= 18" : "treatment under atc:L01XK"} spellcheck={false}
        aria-describedby={found.length > 0 ? `found-${row.key}` : undefined}
        onInput={(event) => update(row.key, { criterion: event.currentTarget.value })} />
      <span class="row-buttons">
        {up ? <button type="button" class="small bare" aria-label={w.upOf(name)} onClick={up}>↑</button> : null}
        <button type="button" class="small bare" aria-label={w.removeOf(name)} onClick={() => {
          rows.value = rows.value.filter((one) => one.key !== row.key);
          say(w.removed(name));
        }}>{words().remove}</button>
      </span>
      {found.length > 0 ? (
        <div class="note bad" id={`found-${row.key}`}>
          {found.map((one) => (
            <p key={one.code + one.from}>
              <span lang="en">{one.message}</span>{" "}
              {one.suggestion === undefined ? null : <span>{words().text.replaceWith(one.suggestion)}</span>}
            </p>
          ))}
        </div>
      ) : null}
    </div>
  );
}
