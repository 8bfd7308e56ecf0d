// A plugin of TypeDoc: pages are called by their first heading, modules as programs import them.
import { Converter } from "typedoc";

const MODULES = {
  "api/entry-krait": "krait",
  "api/types": "krait: types",
  "api/py-proxy-types": "krait/ffi",
  "inspector/main": "krait/inspector.mjs",
};

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const [first] = document.content;
    const heading = /^# (.+)$/m.exec(first?.kind === "text" ? first.text : "")?.[1];
    if (heading !== undefined) document.name = heading;
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = MODULES[module.name] ?? module.name;
  });
}
