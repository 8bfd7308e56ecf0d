/** Registers what serves the console without a network. */

const WORKER = "console.sw.js";

export function registerOfflineWorker(): void {
  // Only after the page is there: its first visit does not wait for the cache.
  navigator.serviceWorker?.register(WORKER).catch((error: unknown) => {
    console.info("krait: this page will not work offline:", error);
  });
}
