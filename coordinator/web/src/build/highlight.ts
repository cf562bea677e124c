// SPDX-License-Identifier: Apache-2.0
// Colours for the text of a question, and nothing more: what is right and what is wrong with it, the
// desk says.
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const keywords = "and or not in under between exists excluded at least of variant tested two hits germline somatic event "
  + "sequence then within before after times day days week weeks month months year years";
const keyword = new Set(keywords.split(" "));

const language = StreamLanguage.define({
  name: "rikstal",
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"[^"]*"?/)) return "string";
    if (stream.match(/^@[\w@.-]+/)) return "typeName";
    if (stream.match(/^[A-Za-z][\w.-]*:[\w.>*\-:+=/]+/)) return "atom";
    if (stream.match(/^-?\d[\d.-]*%?/)) return "number";
    const word = stream.match(/^[A-Za-z_\u00C0-\u024F][\w.\-*\u00C0-\u024F]*/);
    if (word && Array.isArray(word)) return keyword.has(word[0]) ? "keyword" : "variableName";
    if (!stream.match(/^[<>!]?=|^[<>]/)) stream.next();
    return "operator";
  },
});

const style = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--brand)", fontWeight: "650" },
  { tag: tags.atom, color: "var(--atleast)" },
  { tag: tags.number, color: "var(--atleast)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: tags.typeName, color: "var(--good)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

export const highlighting = [language, syntaxHighlighting(style)];
