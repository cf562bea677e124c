// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import * as desk from "../desk/client";
import { language } from "../settings";
import { words } from "../text/words";
import { parsed, text } from "./draft";
import type { Editor, Found, Offered } from "./editor";

// The desk writes the nonce of each response into this element. The browser hides the nonce attribute
// of others from scripts, and not this content.
export function nonceOf(document: Document): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}

async function judge(asked: string): Promise<Found[]> {
  const { diagnostics } = await desk.parse(asked);
  return diagnostics.map((one) => ({
    from: one.from,
    to: one.to,
    message: `${one.code}: ${one.message}`,
    fixes: one.suggestion ? [{ label: words().text.replaceWith(one.suggestion), text: one.suggestion }] : [],
  }));
}

async function complete(asked: string, offset: number): Promise<Offered> {
  const { from, to, completions } = await desk.complete(asked, offset);
  return {
    from,
    to,
    items: completions.map((one) => ({
      label: one.text,
      detail: (language.value === "sv" ? one.swedish : one.english) ?? "",
      insert: one.text,
    })),
  };
}

export function TextTab() {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [failed, setFailed] = useState(false);
  const w = words().text;
  useEffect(() => {
    let gone = false;
    import("./editor").then(({ makeEditor }) => {
      if (gone || !place.current) return;
      editor.current = makeEditor({
        parent: place.current,
        text: text.value,
        label: words().text.label,
        nonce: nonceOf(document),
        changed: (now) => void (text.value = now),
        judge,
        complete,
      });
    }).catch(() => setFailed(true));
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = null;
    };
  }, [language.value]);
  useEffect(() => editor.current?.set(text.value), [text.value]);
  return (
    <div>
      <p class="hint">{w.hint}</p>
      {failed
        ? <textarea rows={6} aria-label={w.label} value={text.value}
            onInput={(event) => void (text.value = event.currentTarget.value)} />
        : <div ref={place} class="editor" />}
      <Mistakes />
    </div>
  );
}

export function Mistakes() {
  const found = parsed.value.diagnostics;
  if (found.length === 0) return null;
  return (
    <div class="note bad" role="group" aria-label={words().text.mistakes}>
      <h3>{words().text.mistakes}</h3>
      <ul>
        {found.map((one) => (
          <li key={`${one.from} ${one.code}`}>
            <span lang="en">{one.message}</span>{" "}
            <span class="hint">({one.code}, {words().text.place(one.line, one.column)})</span>
            {one.suggestion === undefined ? null : (
              <>
                {" "}
                <button type="button" class="small" onClick={() => {
                  text.value = text.value.slice(0, one.from) + one.suggestion + text.value.slice(one.to);
                }}>{words().text.replaceWith(one.suggestion)}</button>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
