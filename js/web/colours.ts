/** Colours of Python sources, as a terminal shows them. */

import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";
import { parser } from "@lezer/python";

/** Classes are the parameters of the terminal's sequences: the theme says what they look like. */
const highlighter = tagHighlighter([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.self], class: "35" },
  { tag: [tags.definitionKeyword, tags.moduleKeyword], class: "35" },
  { tag: [tags.string, tags.special(tags.string)], class: "32" },
  { tag: [tags.number, tags.bool, tags.null], class: "36" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: "34" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.className], class: "34" },
  { tag: [tags.definition(tags.className), tags.meta], class: "33" },
  { tag: tags.comment, class: "90" },
]);

/** `source` with the sequences of its colours. */
export function coloured(source: string): string {
  let text = "";
  let at = 0;
  highlightTree(parser.parse(source), highlighter, (from, to, style) => {
    text += `${source.slice(at, from)}\x1b[${style}m${source.slice(from, to)}\x1b[39m`;
    at = to;
  });
  return text + source.slice(at);
}
