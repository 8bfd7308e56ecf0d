/** Defines `<krait-inspector>` (docs/diagnostics.md). */
import { InspectorElement } from "./inspector-element.ts";

export { InspectorElement };

export const INSPECTOR_TAG = "krait-inspector";

if (customElements.get(INSPECTOR_TAG) === undefined) {
  customElements.define(INSPECTOR_TAG, InspectorElement);
}
