import { serveFiles } from "./file-server.ts";
import { loadPyodide } from "./packages.ts";
import { makeWheel, type Wheel } from "./wheels.ts";

/** Lets pages of other origins read an answer. */
export const ORIGIN = { "access-control-allow-origin": "*" };

/** An index of packages (the simple API in JSON) on loopback, and what puts wheels there: lines of metadata by version, the newest last. */
export async function openIndex() {
  const server = await serveFiles();
  const maker = await loadPyodide({});

  async function publish(
    name: string,
    versions: Record<string, readonly string[]>,
  ): Promise<Record<string, Wheel>> {
    const wheels: Record<string, Wheel> = {};
    const files: object[] = [];
    for (const [version, metadata] of Object.entries(versions)) {
      const wheel = await makeWheel(maker, name, { version, metadata });
      wheels[version] = wheel;
      server.answers.set(`files/${wheel.fileName}`, (response) => {
        response.writeHead(200, ORIGIN).end(wheel.bytes);
      });
      const url = `${server.url}files/${wheel.fileName}`;
      const hashes = { sha256: wheel.sha256 };
      files.push({ filename: wheel.fileName, url, hashes, yanked: false });
    }
    server.answers.set(`simple/${name}/`, (response) => {
      response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json", ...ORIGIN });
      response.end(JSON.stringify({ meta: { "api-version": "1.0" }, name, files }));
    });
    return wheels;
  }

  return { server, maker, publish, index: `${server.url}simple/{package_name}/` };
}
