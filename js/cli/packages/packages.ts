/** `krait install` and `krait lock`: packages for programs of the command, and lock files for those of the API. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { followWords, refuse } from "../subcommand.ts";
import PYTHON_HALF from "./packages.py";
import { HELP, hasFiles, type PackageSettings, settingsOf } from "./settings.ts";

type Any = any;

const FAILED_STATUS = 1;
/** The package that this command is part of. */
const PACKAGE = new URL("..", import.meta.url);
/** What finds packages, among its files. */
const OWN = /^(micropip|packaging)-.*\.whl$/;
/** Where what is installed already is seen while more is. */
const INSTALLED = "/krait-installed";

/** One distribution, as packages.py tells of it. */
interface Distribution {
  readonly name: string;
  readonly version: string;
  /** Paths below the site folder. */
  readonly files: readonly string[];
}

export function install(words: readonly string[]): Promise<number> {
  return follow("install", words, async (finder, settings) => {
    const { target, lock, requirements, indexUrls, upgrades } = settings;
    // Who wants the newest starts from nothing.
    if (hasFiles(target) && !upgrades) finder.show(target);
    if (lock === undefined) await finder.find(requirements, indexUrls);
    else await finder.load(lock);
    const found = finder.wanted(requirements);
    if (found.length === 0) {
      say("everything is there already");
      return;
    }
    place(finder, found, target);
    say(`installed in ${target}: ${found.map(titleOf).sort().join(", ")}`);
  });
}

export function lock(words: readonly string[]): Promise<number> {
  return follow("lock", words, async (finder, settings) => {
    const { requirements, indexUrls, output } = settings;
    await finder.find(requirements, indexUrls);
    const text = finder.lock(requirements);
    writeWhole(output, text);
    const { packages } = JSON.parse(text) as { packages: Record<string, Distribution> };
    say(`${output}: ${Object.values(packages).map(titleOf).join(", ")}`);
  });
}

function follow(
  command: "install" | "lock",
  words: readonly string[],
  act: (finder: Finder, settings: PackageSettings) => Promise<void>,
): Promise<number> {
  const name = `krait ${command}`;
  const run = async (settings: PackageSettings) => {
    try {
      await act(await Finder.open(settings), settings);
      return 0;
    } catch (error) {
      return refuse(name, reasonOf(error), FAILED_STATUS);
    }
  };
  return followWords({ name, help: HELP[command] }, () => settingsOf(command, words), run);
}

/** An interpreter that finds packages. */
class Finder {
  readonly #py: Any;
  readonly #python: Any;
  /** Wheels of the host, by the addresses at which micropip finds them. */
  readonly #local = new Map<string, string>();

  private constructor(py: Any, python: Any) {
    this.#py = py;
    this.#python = python;
  }

  static async open({ ownLock, lock }: PackageSettings): Promise<Finder> {
    const runtime = new URL("pyodide.mjs", PACKAGE).href;
    const { loadPyodide } = await import(runtime);
    const lockFileURL = lock ?? ownLock;
    const note = (line: string) => process.stderr.write(`${line}\n`);
    const py = await loadPyodide({
      ...(lockFileURL === undefined ? {} : { lockFileURL }),
      stdout: note,
      stderr: note,
    });
    // Those of the package itself, whatever the lock file has.
    const names = readdirSync(PACKAGE).filter((name) => OWN.test(name));
    const own = names.map((name) => new URL(name, PACKAGE).href);
    await py.loadPackage(own, { messageCallback() {} });
    const globals = py.toPy({});
    py.runPython(PYTHON_HALF, { globals, filename: "krait-packages.py" });
    return new Finder(py, globals);
  }

  /** Lets it know of what a folder of the host has. */
  show(folder: string): void {
    this.#py.FS.mkdir(INSTALLED);
    this.#py.mountNodeFS(INSTALLED, folder);
    this.#py.runPython(`import sys; sys.path.append(${JSON.stringify(INSTALLED)})`);
  }

  async find(requirements: readonly string[], indexUrls: readonly string[]): Promise<void> {
    const asked = requirements.map((text) => (text.startsWith("file:") ? this.#bring(text) : text));
    const lists = [asked, indexUrls].map((list) => this.#py.toPy([...list]));
    await this.#python.get("find")(...lists);
  }

  /** Puts a wheel of the host where micropip finds it; gives the address. */
  #bring(url: string): string {
    const path = `/tmp/${basename(fileURLToPath(url))}`;
    this.#py.FS.writeFile(path, readFileSync(new URL(url)));
    const address = `emfs:${path}`;
    this.#local.set(address, url);
    return address;
  }

  /** Installs all packages of the lock file that it was opened with. */
  async load(lock: string): Promise<void> {
    const { packages } = JSON.parse(readFileSync(new URL(lock), "utf8"));
    await this.#py.loadPackage(Object.keys(packages), {
      messageCallback: say,
      errorCallback(text: string) {
        throw new Error(text);
      },
    });
    const missing = Object.values(packages as Record<string, Distribution>).filter(
      ({ name }) => !(name in this.#py.loadedPackages),
    );
    if (missing.length > 0) throw new Error(`not loaded: ${missing.map(titleOf).join(", ")}`);
  }

  wanted(requirements: readonly string[]): Distribution[] {
    return JSON.parse(this.#python.get("wanted")(this.#py.toPy([...requirements])));
  }

  lock(requirements: readonly string[]): string {
    let text: string = this.#python.get("lock")(this.#py.toPy([...requirements]));
    for (const [address, url] of this.#local) text = text.replaceAll(address, url);
    return text;
  }

  read(path: string): Uint8Array {
    const site = this.#python.get("SITE");
    return this.#py.FS.readFile(`${site}/${path}`);
  }
}

/** Copies distributions to a folder of the host: whole files, after the files of former versions have gone. */
function place(finder: Finder, found: readonly Distribution[], target: string): void {
  const contents = found.flatMap(({ files }) =>
    files.map((path) => [path, finder.read(path)] as const),
  );
  for (const { name } of found) removeFormer(name, target);
  for (const [path, bytes] of contents) writeWhole(join(target, path), bytes);
}

/** What another version of a distribution has left. */
function removeFormer(name: string, target: string): void {
  for (const folder of infoFolders(name, target)) {
    const record = join(target, folder, "RECORD");
    const lines = existsSync(record) ? readFileSync(record, "utf8").split("\n") : [];
    for (const line of lines) {
      const path = /^"?([^",]+)/.exec(line)?.[1];
      const isInside =
        path !== undefined && !path.split("/").includes("..") && !path.startsWith("/");
      if (isInside) rmSync(join(target, path), { force: true });
    }
    rmSync(join(target, folder), { recursive: true, force: true });
  }
}

function infoFolders(name: string, target: string): string[] {
  if (!existsSync(target)) return [];
  const normal = (text: string) => text.replace(/[-_.]+/g, "-").toLowerCase();
  return readdirSync(target).filter((folder) => {
    const stem = /^(.+)-[^-]+\.dist-info$/.exec(folder)?.[1];
    return stem !== undefined && normal(stem) === normal(name);
  });
}

/** A file that is never seen half written. */
function writeWhole(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}

function titleOf({ name, version }: Pick<Distribution, "name" | "version">): string {
  return `${name} ${version}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Of a traceback its end, without micropip's advice for programs. */
function reasonOf(error: unknown): string {
  const { message, type } = error as Error & { type?: string };
  if (type === undefined) return message;
  const head = `\n${type}: `;
  const lines = message.slice(message.lastIndexOf(head) + head.length).split("\n");
  return lines.filter((line) => line !== "" && !/^(See:|You can use)/.test(line)).join("\n");
}
