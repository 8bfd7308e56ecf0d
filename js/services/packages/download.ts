import { copyOf } from "../../wire/parts.ts";

/** How often a download is begun, and how long the first pause is; each further one is twice as long. */
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;

/** How much of a file has come. `totalBytes` is undefined when the server does not say. */
export type ReportBytes = (loadedBytes: number, totalBytes: number | undefined) => void;

/** A server's answer that will not change by asking again. */
class Refused extends Error {}

/**
 * Fetches a file. A connection that fails or breaks, and a server that is overloaded, is asked again after a pause.
 * @throws {Error} naming the URL
 */
export async function download(url: string, report: ReportBytes): Promise<Uint8Array<ArrayBuffer>> {
  for (let attempt = 1, pause = FIRST_PAUSE_MS; ; attempt++, pause *= 2) {
    try {
      return await once(url, report);
    } catch (error) {
      if (error instanceof Refused || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * (0.75 + Math.random() / 2)));
    }
  }
}

async function once(url: string, report: ReportBytes): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(`${url} cannot be fetched: ${reasonOf(error)}`, { cause: error });
  }
  if (!response.ok) {
    const isTemporary = response.status >= 500 || response.status === 429;
    const Failure = isTemporary ? Error : Refused;
    throw new Failure(
      `${url}: the server answers ${response.status} ${response.statusText}`.trim(),
    );
  }
  try {
    return await bodyOf(response, report);
  } catch (error) {
    throw new Error(`${url}: the connection broke: ${reasonOf(error)}`, { cause: error });
  }
}

/** @throws {Error} when less comes than was announced */
async function bodyOf(response: Response, report: ReportBytes): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(response.headers.get("Content-Length") ?? Number.NaN);
  const isCompressed = response.headers.has("Content-Encoding");
  const total = Number.isNaN(announced) || isCompressed ? undefined : announced;
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  if (response.body !== null) {
    const reader = response.body.getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      pieces.push(step.value);
      loaded += step.value.length;
      report(loaded, total);
    }
  }
  if (total !== undefined && loaded < total) {
    throw new Error(`${loaded} of ${total} bytes came`);
  }
  return copyOf(pieces);
}

/** The text of a failure; `fetch` hides its reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
