// SPDX-License-Identifier: Apache-2.0
import { useEffect } from "preact/hooks";
import { Aside } from "../build/aside";
import { Cards } from "../build/cards";
import { load, measure, partsOf, rows, tables, trouble, type View, view, newRow } from "../build/draft";
import { ProtocolTab } from "../build/protocol_tab";
import { Tabs } from "../build/tabs";
import { begin, templates } from "../build/templates";
import { TextTab } from "../build/text_tab";
import { ProblemNote } from "../problem";
import { words } from "../text/words";
import "../style/build.css";

function show(next: View): void {
  if (next === "protocol" && rows.value.length === 0) rows.value = [newRow("I")];
  if (next === "protocol" && partsOf(measure.value) !== "steps") measure.value = "funnel";
  if (next !== "protocol" && partsOf(measure.value) === "steps") measure.value = "count";
  view.value = next;
}

export function BuildScreen() {
  const w = words().build;
  useEffect(() => {
    if (!tables.value) void load();
  }, []);
  return (
    <>
      <h1>{w.title}</h1>
      <div class="row templates" role="group" aria-label={w.templates}>
        <span class="hint">{w.templates}</span>
        {templates.map((one) => (
          <button key={one} type="button" class="small" onClick={() => begin(one, w.names)}>{w.template[one]}</button>
        ))}
      </div>
      {trouble.value && !tables.value ? (
        <>
          <ProblemNote problem={trouble.value} />
          <button type="button" onClick={() => void load()}>{words().tryAgain}</button>
        </>
      ) : null}
      <div class="split">
        <div class="card">
          <Tabs label={w.views} current={view.value} choose={show} tabs={[
            { id: "cards", name: w.cards },
            { id: "text", name: w.text },
            { id: "protocol", name: w.protocol },
          ]}>
            {view.value === "protocol" ? <ProtocolTab /> : view.value === "text" ? <TextTab /> : <Cards />}
          </Tabs>
        </div>
        <Aside />
      </div>
    </>
  );
}
