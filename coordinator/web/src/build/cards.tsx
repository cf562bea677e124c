// SPDX-License-Identifier: Apache-2.0
// The builder: the tree of the question as cards. Every change makes a new tree, which the desk prints
// and parses; nothing needs dragging, and everything is a button, a menu or a field.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Ast } from "../desk/types";
import { cry, say } from "../live";
import { asProblem } from "../problem";
import { words } from "../text/words";
import { change, parsed } from "./draft";
import { GroupForm } from "./group_form";
import { NodeView } from "./node_view";
import { SearchBox } from "./search_box";
import { TestForm } from "./test_form";
import { Mistakes } from "./text_tab";
import { both, type Card, cardsOf, everybody, negated, type Section, sectionOf } from "./tree";

export type Apply = (ast: Ast, said: string) => Promise<boolean>;

export function Cards() {
  const w = words().builder;
  const [refused, setRefused] = useState("");
  const top = useRef<HTMLDivElement>(null);
  const root = parsed.value.ast ?? everybody;
  const apply: Apply = async (ast, said) => {
    try {
      const found = await change(ast);
      // What had the focus may be gone; then it is at the top of the cards, and not nowhere.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) top.current?.focus();
      });
      const first = found[0];
      setRefused(first ? first.message : "");
      if (first) cry(first.message);
      else say(said);
      return !first;
    } catch (error) {
      const { problem } = asProblem(error);
      setRefused(problem.detail || problem.title || problem.code);
      return false;
    }
  };
  if (!parsed.value.ok) {
    return (
      <div>
        <p class="note warn">{w.mistaken}</p>
        <Mistakes />
      </div>
    );
  }
  return (
    <div ref={top} tabIndex={-1} class="cards">
      <SearchBox add={(node, negative) => apply(both(root, negative ? negated(node) : node), w.added)} />
      {refused === "" ? null : <p class="note bad" lang="en">{refused}</p>}
      {(["must", "mustnot", "atleast"] as const).map((section) => (
        <Group key={section} section={section} root={root} apply={apply}
          cards={cardsOf(root).filter((card) => sectionOf(card.node) === section)} />
      ))}
    </div>
  );
}

type Adding = "" | "test" | "group";

function Group({ section, root, cards, apply }: { section: Section; root: Ast; cards: Card[]; apply: Apply }) {
  const w = words().builder;
  const [adding, setAdding] = useState<Adding>("");
  const buttons = useRef<HTMLDivElement>(null);
  const was = useRef<Adding>("");
  useEffect(() => {
    if (was.current !== "" && adding === "") buttons.current?.querySelector("button")?.focus(); // where it was opened
    was.current = adding;
  }, [adding]);
  const add = async (node: Ast) => {
    const wanted = section === "mustnot" ? negated(node) : node;
    if (await apply(both(root, wanted), w.added)) setAdding("");
  };
  return (
    <section class={`group ${section}`} aria-label={w.sections[section]}>
      <h3>{w.sections[section]}</h3>
      {cards.length === 0 && adding === "" ? <p class="hint">{w.nothing[section]}</p> : null}
      <ul class="criteria">
        {cards.map((card) => (
          <li key={card.path.join(".")} class="criterion">
            <NodeView node={section === "mustnot" ? card.node.children?.[0] ?? card.node : card.node}
              path={section === "mustnot" ? [...card.path, 0] : card.path} card={card.path} root={root} scope="person" apply={apply} />
          </li>
        ))}
      </ul>
      {adding === "test" && section !== "atleast"
        ? <TestForm scope="person" done={(test) => void add(test)} leave={() => setAdding("")} /> : null}
      {adding === "group" || (adding === "test" && section === "atleast")
        ? <GroupForm begins={section === "atleast" ? "at_least" : "variant"} done={(node) => void add(node)} leave={() => setAdding("")} /> : null}
      {adding === "" ? (
        <div class="row" ref={buttons}>
          <button type="button" class="small" onClick={() => setAdding("test")}>{w.addTo[section]}</button>
          {section === "atleast" ? null : <button type="button" class="small" onClick={() => setAdding("group")}>{w.addGroup}</button>}
        </div>
      ) : null}
    </section>
  );
}
