// SPDX-License-Identifier: Apache-2.0
// One node of the tree: a test as a sentence, a group as a box with its members, each with its buttons.
import { useState } from "preact/hooks";
import type { Ast } from "../desk/types";
import { words } from "../text/words";
import type { Apply } from "./cards";
import { explained, tables } from "./draft";
import { GapFields, NumberField } from "./gap_fields";
import { GroupForm, OriginField } from "./group_form";
import { fieldName, openEnd, type Scope, TestForm } from "./test_form";
import { at, atLeast, both, either, grown, negated, type Path, remove, replace } from "./tree";
import { nameOf } from "./value_picker";

interface Shown {
  node: Ast;
  path: Path;
  root: Ast;
  scope: Scope;
  apply: Apply;
  card?: Path | undefined; // what "remove" takes away: of a must-not card with its not
}

function scopeInside(node: Ast, scope: Scope): Scope {
  if (node.kind === "variant") return "variant";
  return node.kind === "event" ? "event" : scope;
}

const known = new Set(["kind", "children", "at_least", "side", "gap", "bare", "origin", "set", "field", "op", "code", "values", "sets",
  "low", "high", "unit", "from", "to"]);

// What a desk of another version says and these cards cannot show; it travels along, and is told.
export function strangeOf(node: Ast): string[] {
  return Object.keys(node).filter((one) => !known.has(one));
}

export function NodeView(shown: Shown) {
  const strange = strangeOf(shown.node);
  if (strange.length === 0) return <KnownNode {...shown} />;
  return (
    <div>
      <p class="note warn">{words().builder.strange(strange.join(", "))}</p>
      <KnownNode {...shown} />
    </div>
  );
}

function KnownNode(shown: Shown) {
  const { node } = shown;
  if (node.kind === "test") return <Test {...shown} />;
  if (node.kind === "set") return <div class="node"><span><code>@{node.set}</code></span><Buttons {...shown} /></div>;
  if (node.kind === "relation") return <Relation {...shown} />;
  if (node.kind === "not") {
    return (
      <div class="node">
        <span class="badge not">{words().builder.not}</span>
        <NodeView {...shown} node={node.children?.[0] ?? node} path={[...shown.path, 0]} card={shown.path} />
      </div>
    );
  }
  return <Box {...shown} />;
}

// "diagnosis is or lies below icd10:C50 (breast cancer)"
export function sentenceOf(node: Ast): string {
  const w = words().builder;
  const field = tables.value?.fields.find((one) => one.name === node.field);
  const name = fieldName(field, node.field ?? "");
  if (node.op === "exists") return `${name} ${w.ops.exists}`;
  if (node.op === "measured") {
    return `${name} ${node.code ?? ""} ${rangeOf(node)}${node.unit ? ` ${node.unit}` : ""}`;
  }
  if (node.op === "answered") return `${name} ${node.code ?? ""} ${w.ops.in} ${(node.values ?? []).join(` ${w.or} `)}`;
  if (node.op === "range") {
    const unit = node.unit ? ` ${(w.units as Record<string, string>)[node.unit] ?? node.unit}` : "";
    return `${name} ${rangeOf(node)}${unit}`;
  }
  const labels = [...(explained.value?.codes ?? []), ...(explained.value?.genes ?? [])];
  const values = (node.values ?? []).map((value) => {
    const label = labels.find((one) => one.asked === value)?.label;
    return label ? `${value} (${label})` : nameOf(field, tables.value, value);
  });
  const all = [...values, ...(node.sets ?? []).map((one) => `@${one}`)];
  const shown = all.length > 6 ? [...all.slice(0, 5), w.more(all.length - 5)] : all;
  return `${name} ${w.ops[node.op ?? "in"]} ${shown.join(` ${w.or} `)}`;
}

function rangeOf({ low, high }: Ast): string {
  return words().builder.range(low == null ? null : openEnd(low, 1n), high == null ? null : openEnd(high, -1n));
}

function Test(shown: Shown) {
  const [changing, setChanging] = useState(false);
  const { node, root, path, scope, apply } = shown;
  if (changing) {
    return <TestForm scope={scope} node={node} leave={() => setChanging(false)} done={(test) => {
      void apply(replace(root, path, test), words().builder.changed).then((ok) => ok && setChanging(false));
    }} />;
  }
  return (
    <div class="node" data-at={path.join(".")}>
      <span class="sentence">{sentenceOf(node)}</span>
      <Buttons {...shown} change={() => setChanging(true)} />
    </div>
  );
}

function Buttons({ node, path, card, root, scope, apply, change }: Shown & { change?: () => void }) {
  const w = words().builder;
  const [beside, setBeside] = useState<"" | "and" | "or">("");
  const parent = path.length > 0 ? at(root, path.slice(0, -1)) : undefined;
  const name = node.kind === "test" ? sentenceOf(node) : w.titles[node.kind as keyof typeof w.titles] ?? node.kind;
  const inEvent = scope === "event" && parent?.kind === "event";
  const among = !["relation", "sequence", "times", "tested"].includes(parent?.kind ?? ""); // what these hold stands alone
  return (
    <>
      <span class="row-buttons">
        {change ? <button type="button" class="small bare" aria-label={w.changeNamed(name)} onClick={change}>{w.change}</button> : null}
        {among && parent && !["and", "variant", "event"].includes(parent.kind) && node.kind !== "and"
          ? <button type="button" class="small bare" aria-label={w.andNamed(name)} onClick={() => setBeside("and")}>{w.andAlso}</button> : null}
        {among && parent?.kind !== "or" && parent?.kind !== "at_least" && node.kind !== "or"
          ? <button type="button" class="small bare" aria-label={w.orNamed(name)} onClick={() => setBeside("or")}>{w.orElse}</button> : null}
        {inEvent || !among ? null : (
          <button type="button" class="small bare" aria-label={parent?.kind === "not" ? w.notNotNamed(name) : w.notNamed(name)}
            onClick={() => void (parent?.kind === "not"
              ? apply(replace(root, path.slice(0, -1), node), w.changed) : apply(replace(root, path, negated(node)), w.changed))}>
            {parent?.kind === "not" ? w.notNot : w.makeNot}
          </button>
        )}
        <button type="button" class="small bare" aria-label={w.removeNamed(name)}
          onClick={() => void apply(remove(root, card ?? path), w.removed)}>{words().remove}</button>
      </span>
      {beside === "" ? null : (
        <NewForm scope={scope} leave={() => setBeside("")} done={(made) => {
          const now = beside === "or" ? either(node, made) : both(node, made);
          void apply(replace(root, path, now), w.changed).then((ok) => ok && setBeside(""));
        }} />
      )}
    </>
  );
}

// Of a person anything may be asked; inside a variant or an event its tests alone.
function NewForm({ scope, ...rest }: { scope: Scope; done(node: Ast): void; leave(): void }) {
  return scope === "person" ? <GroupForm begins="test" {...rest} /> : <TestForm scope={scope} {...rest} />;
}

// What a wrapper holds as a list: of variant( a and b ) it is a and b.
function members(node: Ast): { list: Ast[]; inner: Path } {
  const only = node.children?.[0];
  if (["variant", "event"].includes(node.kind) && only?.kind === "and") return { list: only.children ?? [], inner: [0] };
  return { list: node.children ?? [], inner: [] };
}

function Box(shown: Shown) {
  const { node, path, root, apply } = shown;
  const w = words().builder;
  const [adding, setAdding] = useState(false);
  const scope = node.kind === "sequence" ? "event" : scopeInside(node, shown.scope);
  const { list, inner } = members(node);
  const grows = ["and", "or", "at_least", "variant", "event", "sequence"].includes(node.kind);
  const add = (test: Ast) => void apply(replace(root, path, grown(node, test)), w.added).then((ok) => ok && setAdding(false));
  return (
    <div class="box" role="group" data-at={path.join(".")} aria-label={w.titles[node.kind as keyof typeof w.titles] ?? node.kind}>
      <div class="node">
        <Title {...shown} />
        <Buttons {...shown} />
      </div>
      {node.kind === "variant" ? <OriginField origin={node.origin} change={(origin) => {
        const { origin: _, ...rest } = node;
        void apply(replace(root, path, { ...rest, ...(origin ? { origin } : {}) }), w.changed);
      }} /> : null}
      {node.kind === "times" ? <GapOf node={node} path={path} root={root} apply={apply} onlyWithin /> : null}
      <ul class="criteria">
        {list.map((one, index) => (
          <li key={index}>
            {node.kind === "sequence" && index > 0 ? <><span class="hint">{w.then}</span><GapOf node={one} path={[...path, index]} root={root} apply={apply} /></> : null}
            <NodeView node={one} path={[...path, ...inner, index]} root={root} scope={scope} apply={apply} />
          </li>
        ))}
      </ul>
      {grows && adding ? <NewForm scope={scope} done={add} leave={() => setAdding(false)} /> : null}
      {grows && !adding ? <button type="button" class="small bare" onClick={() => setAdding(true)}>{w.addInside}</button> : null}
    </div>
  );
}

function Title({ node, path, root, apply }: Shown) {
  const w = words().builder;
  if (node.kind === "or" || node.kind === "at_least" || node.kind === "times") {
    const most = node.kind === "times" ? 99 : node.children?.length ?? 1;
    return (
      <label class="least">
        {w.atLeast}{" "}
        <NumberField min={1} max={most} value={node.at_least ?? 1} change={(typed) => {
          const least = typed || 1;
          const now = node.kind === "times" ? { ...node, at_least: Math.max(1, least) } : atLeast(node, least);
          void apply(replace(root, path, now), w.changed);
        }} />{" "}
        {node.kind === "times" ? w.times : w.ofThese}
      </label>
    );
  }
  return <strong>{w.titles[node.kind as keyof typeof w.titles] ?? node.kind}</strong>;
}

function GapOf({ node, path, root, apply, onlyWithin = false }: Pick<Shown, "node" | "path" | "root" | "apply"> & { onlyWithin?: boolean }) {
  return (
    <GapFields side={undefined} gap={node.gap} onlyWithin={onlyWithin} change={(_side, gap) => {
      const { gap: _, ...rest } = node;
      void apply(replace(root, path, { ...rest, ...(gap ? { gap } : {}) }), words().builder.changed);
    }} />
  );
}

function Relation(shown: Shown) {
  const { node, path, root, apply, scope } = shown;
  const w = words().builder;
  const [first, second] = node.children ?? [];
  return (
    <div class="box" role="group" data-at={path.join(".")} aria-label={w.titles.relation}>
      <div class="node"><strong>{w.titles.relation}</strong><Buttons {...shown} /></div>
      {first ? <NodeView node={first} path={[...path, 0]} root={root} scope={scope} apply={apply} /> : null}
      <GapFields side={node.side ?? "before"} gap={node.gap} change={(side, gap) => {
        const { gap: _, ...rest } = node;
        void apply(replace(root, path, { ...rest, side: side ?? "before", ...(gap ? { gap } : {}) }), w.changed);
      }} />
      {second ? <NodeView node={second} path={[...path, 1]} root={root} scope={scope} apply={apply} /> : null}
    </div>
  );
}
