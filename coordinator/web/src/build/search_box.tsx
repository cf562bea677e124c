// SPDX-License-Identifier: Apache-2.0
// Search first: a word, a code or a gene, and each match becomes a criterion with one button.
import { useId, useRef, useState } from "preact/hooks";
import type { Ast } from "../desk/types";
import { words } from "../text/words";
import { criterionOf } from "./tree";
import { matchName, useMatches } from "./value_picker";

export function SearchBox({ add }: { add(node: Ast, negative: boolean): Promise<boolean> }) {
  const w = words().builder;
  const id = useId();
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const found = useMatches(typed, null);
  const take = async (node: Ast, negative: boolean) => {
    if (!(await add(node, negative))) return;
    setTyped("");
    input.current?.focus();
  };
  return (
    <search class="search">
      <label for={id}>{w.search}</label>
      <input id={id} ref={input} type="search" value={typed} autocomplete="off" spellcheck={false} placeholder={w.searchExample}
        onInput={(event) => setTyped(event.currentTarget.value)} />
      {typed.trim().length >= 2 && found.length === 0 ? <p class="hint">{w.noMatch}</p> : null}
      {found.length > 0 ? (
        <ul class="found" aria-label={w.matches}>
          {found.map((one) => {
            const code = one.code.replace(/^hp:/, "");
            return (
              <li key={one.code}>
                <span class="found-name">
                  <span class="badge">{one.system}</span> <code>{code}</code> <span>{matchName(one)}</span>
                </span>
                <span class="row-buttons">
                  <button type="button" class="small" aria-label={w.mustOne(code)}
                    onClick={() => void take(criterionOf(one.system, one.code), false)}>{w.must}</button>
                  <button type="button" class="small" aria-label={w.mustNotOne(code)}
                    onClick={() => void take(criterionOf(one.system, one.code), true)}>{w.mustNot}</button>
                </span>
              </li>
            );
          })}
        </ul>
      ) : null}
    </search>
  );
}
