// SPDX-License-Identifier: Apache-2.0
// The editor of the text tab, loaded only when the tab is opened. It holds text; the desk judges it.
import { autocompletion, type Completion, type CompletionContext, type CompletionResult, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, forceLinting, linter, lintKeymap } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
import { highlighting } from "./highlight";

export interface Found {
  from: number; // units of UTF-16, as the desk gives them
  to: number;
  message: string;
  fixes: { label: string; text: string }[];
}

export interface Offered {
  from: number; // units of UTF-16, as the desk gives them
  to: number;
  items: { label: string; detail: string; insert: string }[];
}

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  label: string;
  nonce: string;
  changed(text: string): void;
  judge(text: string): Promise<Found[]>;
  complete(text: string, offset: number): Promise<Offered>;
}

export interface Editor {
  set(text: string): void;
  focus(): void;
  destroy(): void;
}

export function marks(text: string, found: Found[]): Diagnostic[] {
  return found.map((one) => {
    const from = Math.min(text.length, one.from);
    const to = Math.min(text.length, Math.max(from + 1, one.to));
    return {
      from: Math.max(0, from === to ? from - 1 : from),
      to,
      severity: "error" as const,
      message: one.message,
      actions: one.fixes.map((fix) => ({
        name: fix.label,
        apply: (view: EditorView, at: number, end: number) =>
          view.dispatch({ changes: { from: at, to: end, insert: fix.text } }),
      })),
    };
  });
}

async function offer(options: EditorOptions, context: CompletionContext): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  if (!context.explicit && !/[\w:.@-]$/.test(text.slice(0, context.pos))) return null;
  const offered = await options.complete(text, context.pos);
  if (context.aborted || offered.items.length === 0) return null;
  const completions: Completion[] = offered.items.map((item) => ({
    label: item.label,
    detail: item.detail,
    apply: item.insert,
  }));
  return {
    from: offered.from,
    to: Math.max(context.pos, offered.to),
    options: completions,
    filter: false,
  };
}

const look = EditorView.theme({
  "&": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "0.4rem" },
  "&.cm-focused": { outline: "3px solid var(--brand)", outlineOffset: "2px" },
  ".cm-content": { minHeight: "8rem", fontFamily: "ui-monospace, 'DejaVu Sans Mono', Consolas, monospace", caretColor: "var(--ink)", padding: "0.6rem 0.2rem" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--edge)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--brand)", color: "var(--on-brand)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "1", marginLeft: "1em" },
});

export function makeEditor(options: EditorOptions): Editor {
  let silent = false;
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        EditorView.cspNonce.of(options.nonce),
        EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false", autocapitalize: "off" }),
        EditorView.lineWrapping,
        history(),
        drawSelection(),
        highlightSpecialChars(),
        bracketMatching(),
        highlighting,
        autocompletion({ override: [(context) => offer(options, context)] }),
        linter(async (edited) => {
          const text = edited.state.doc.toString();
          return marks(text, await options.judge(text));
        }, { delay: 150 }),
        // Tab leaves the editor: it must not trap a reader who has the keyboard alone.
        keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !silent) options.changed(update.state.doc.toString());
        }),
        look,
      ],
    }),
  });
  return {
    set(text) {
      if (text === view.state.doc.toString()) return;
      silent = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      silent = false;
      forceLinting(view);
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
