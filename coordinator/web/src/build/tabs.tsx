// SPDX-License-Identifier: Apache-2.0
// Tabs as WAI-ARIA has them: one stop of Tab, arrows between them, Home and End to the ends.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

export interface Tab<T extends string> {
  id: T;
  name: string;
}

export function Tabs<T extends string>({ label, tabs, current, choose, children }: {
  label: string;
  tabs: Tab<T>[];
  current: T;
  choose(id: T): void;
  children: ComponentChildren;
}) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex((one) => one.id === current);
    const last = tabs.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    const tab = to === undefined ? undefined : tabs[to];
    if (!tab) return;
    event.preventDefault();
    choose(tab.id);
    list.current?.querySelector<HTMLElement>(`#tab-${tab.id}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map((tab) => (
          <button key={tab.id} type="button" role="tab" id={`tab-${tab.id}`} aria-controls={`panel-${tab.id}`}
            aria-selected={tab.id === current} tabIndex={tab.id === current ? 0 : -1}
            onClick={() => choose(tab.id)}>{tab.name}</button>
        ))}
      </div>
      <div role="tabpanel" id={`panel-${current}`} aria-labelledby={`tab-${current}`}>{children}</div>
    </>
  );
}
