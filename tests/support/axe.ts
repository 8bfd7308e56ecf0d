import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SCRIPT = createRequire(import.meta.url).resolve("axe-core");

/** What axe-core finds wrong in a page: the rule, and the elements. */
export async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: SCRIPT });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
    );
  });
}
