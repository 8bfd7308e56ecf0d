/** The SHA-256 hash of bytes, in lower-case hexadecimal. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @throws {Error} naming both hashes when the bytes are not those that are expected (PK-integrity) */
export async function checkHash(
  location: string,
  bytes: Uint8Array<ArrayBuffer>,
  sha256: string,
): Promise<void> {
  const found = await sha256Of(bytes);
  if (found !== sha256.toLowerCase()) {
    throw new Error(`${location} has the SHA-256 hash ${found}, not ${sha256}`);
  }
}
