import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { temporaryFolder } from "./temporary.ts";

/** Files in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a certificate for this machine that no authority answers for (openssl). */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await temporaryFolder();
  const [certificate, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const words =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=krait";
  const names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  execFileSync("openssl", [...words.split(" "), ...names, "-out", certificate, "-keyout", key], {
    stdio: "pipe",
  });
  return { certificate, key };
}
