import type { Link } from "../link.ts";
import type { Source } from "./source.ts";

/** What `start` begins, under a deadline that ends with its answer (BY-deadline). */
export function within(link: Link, timeoutMs: number, start: () => Source): Source {
  const limit = link.limits.begin(timeoutMs);
  const source = start();
  const end = () => limit.end();
  source.boxed().then(end, end);
  return source;
}
