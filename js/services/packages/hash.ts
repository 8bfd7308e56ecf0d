/** @throws {Error} naming both hashes when the bytes are not those that are expected (PK-integrity) */
export async function checkHash(
  location: string,
  bytes: Uint8Array<ArrayBuffer>,
  sha256: string,
): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== sha256.toLowerCase()) {
    throw new Error(`${location} has the SHA-256 hash ${found}, not ${sha256}`);
  }
}
