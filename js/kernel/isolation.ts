/** What a page does to have shared memory: for messages about what needs it. */
export const HOW_TO_SHARE_MEMORY =
  "serve the page with the header Document-Isolation-Policy: isolate-and-credentialless, or with " +
  "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";
