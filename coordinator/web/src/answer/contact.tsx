// SPDX-License-Identifier: Apache-2.0
// From an answer to the regions: a letter, which the desk writes and logs, and which who asks sends from a mail program. It has
// no figure and nothing of a patient; the question's text only where it is ticked. Nothing is sent from here.
import { useEffect, useState } from "preact/hooks";
import * as desk from "../desk/client";
import type { Letter } from "../desk/types";
import { say } from "../live";
import { asProblem, ProblemNote } from "../problem";
import { language } from "../settings";
import { words } from "../text/words";
import { mailto } from "./copy";

interface Reached {
  node: string;
  name: string;
  contact?: string;
}

export function Contact({ id }: { id: string }) {
  const w = words().contact;
  const [open, setOpen] = useState(false);
  return (
    <details class="card no-print" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><strong>{w.title}</strong></summary>
      {open ? <Request id={id} /> : null}
    </details>
  );
}

function Request({ id }: { id: string }) {
  const w = words().contact;
  const [regions, setRegions] = useState<Reached[] | null>(null);
  const [form, setForm] = useState({ person: "", purpose: "", protocol: "" });
  const [nodes, setNodes] = useState<string[]>([]);
  const [question, setQuestion] = useState(false);
  const [letter, setLetter] = useState<Letter | null>(null);
  const [failed, setFailed] = useState<desk.DeskProblem | null>(null);
  useEffect(() => {
    desk.nodes<{ nodes: Reached[] }>().then((board) => setRegions(board.nodes.filter((one) => one.contact)),
      (error: unknown) => setFailed(asProblem(error)));
  }, []);
  const whole = form.person.trim() !== "" && form.purpose.trim() !== "" && nodes.length > 0;
  const write = () => {
    const { protocol } = form;
    desk.writeLetter({ id, person: form.person.trim(), purpose: form.purpose.trim(), nodes, question, lang: language.value,
      ...(protocol.trim() === "" ? {} : { protocol: protocol.trim() }) }).then((made) => {
      setLetter(made);
      setFailed(null);
      say(w.written(made.reference));
    }, (error: unknown) => setFailed(asProblem(error)));
  };
  const field = (name: keyof typeof form, most: number) => (
    <div class="field">
      <label for={`contact-${name}`}>{w[name]}</label>
      <input id={`contact-${name}`} maxLength={most} value={form[name]} onInput={(event) => setForm({ ...form, [name]: event.currentTarget.value })} />
    </div>
  );
  if (failed && !regions) return <ProblemNote problem={failed} />;
  if (!regions) return <p class="hint">{words().network.loading}</p>;
  if (regions.length === 0) return <p>{w.nobody}</p>;
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      if (whole) write();
    }}>
      <p>{w.what}</p>
      <fieldset class="plain">
        <legend>{w.to}</legend>
        <div class="row ticks">
          {regions.map((one) => (
            <label key={one.node} class="choice">
              <input type="checkbox" checked={nodes.includes(one.node)}
                onChange={() => setNodes(nodes.includes(one.node) ? nodes.filter((node) => node !== one.node) : [...nodes, one.node])} />
              {one.name} <span class="hint">{one.contact}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {field("person", 100)}
      {field("purpose", 500)}
      {field("protocol", 100)}
      <label class="choice"><input type="checkbox" checked={question} onChange={() => setQuestion(!question)} />{w.withQuestion}</label>
      <p><button type="submit" aria-disabled={!whole}>{w.write}</button></p>
      {failed ? <ProblemNote problem={failed} /> : null}
      {letter ? <Written letter={letter} /> : null}
    </form>
  );
}

function Written({ letter }: { letter: Letter }) {
  const w = words().contact;
  const copied = words().provenance;
  const to = letter.to.map((one) => one.contact).join(", ");
  return (
    <>
      <pre class="copied" tabIndex={0} role="region" aria-label={w.letter}>{`${w.to}: ${to}\n${letter.subject}\n\n${letter.body}`}</pre>
      <div class="row">
        <a class="button" href={mailto(letter)}>{w.mail}</a>
        <button type="button" onClick={() => {
          navigator.clipboard.writeText(letter.body).then(() => say(copied.copied), () => say(copied.notCopied));
        }}>{copied.copy}</button>
      </div>
      <p class="hint">{w.logged} {w.sent}</p>
    </>
  );
}
