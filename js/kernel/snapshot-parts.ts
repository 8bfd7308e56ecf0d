import type { LibraryPlace, SavedLinking } from "./linking.ts";
import type { SavedFile } from "./saved-files.ts";

/** Whether the optional parts of a manifest are what they should be: it may be damaged, or hostile. */

type Unknown<T> = { readonly [Name in keyof T]?: unknown };

const MAX_TABLE_LENGTH = 1 << 24;

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

const isText = (value: unknown): value is string => typeof value === "string";

export function areFiles(files: unknown): boolean {
  if (files === undefined) return true;
  return areAll(files, (file: Unknown<SavedFile> | null) => {
    if (typeof file !== "object" || file === null) return false;
    const { path, mode, mtimeMs, byteLength, target } = file;
    const isSize = byteLength === undefined || isCount(byteLength);
    const isLink = target === undefined || isText(target);
    return (
      isText(path) && path.startsWith("/") && isCount(mode) && isTime(mtimeMs) && isSize && isLink
    );
  });
}

export function arePackages(packages: unknown): boolean {
  if (packages === undefined) return true;
  return typeof packages === "object" && packages !== null && Object.values(packages).every(isText);
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

/** @param memoryBytes of the memory that libraries have their data in */
export function isLinking(linking: unknown, memoryBytes: number): boolean {
  if (linking === undefined) return true;
  if (typeof linking !== "object" || linking === null) return false;
  const {
    libraries,
    openings,
    waiting,
    offsets,
    slots,
    scripts,
    adapters,
    freeSlots,
    tableLength,
  } = linking as Unknown<SavedLinking>;
  if (!isCount(tableLength) || tableLength > MAX_TABLE_LENGTH) return false;
  const isSlot = (value: unknown) => isCount(value) && value < tableLength;
  const isPlace = (place: Unknown<LibraryPlace> | null) =>
    typeof place === "object" &&
    place !== null &&
    isText(place.path) &&
    isSpan(place.memoryBase, place.memoryBytes, memoryBytes) &&
    isSpan(place.tableBase, place.tableLength, tableLength);
  if (!areAll(libraries, isPlace)) return false;
  const { length } = libraries as unknown[];
  const isLibrary = (value: unknown) => isCount(value) && value < length;
  return (
    areAll(openings, (each: Unknown<SavedLinking["openings"][number]> | null) => {
      if (typeof each !== "object" || each === null) return false;
      const { name, library, isGlobal, references, handles } = each;
      const isKept = references === null || isCount(references);
      const isKnown = isText(name) && isLibrary(library) && typeof isGlobal === "boolean";
      return isKnown && isKept && areAll(handles, isCount);
    }) &&
    areAll(waiting, (each) => isTuple(each, [isText, isLibrary])) &&
    areAll(slots, (each) => isTuple(each, [isSlot, isLibrary, isText])) &&
    areAll(scripts, (each) => isTuple(each, [isSlot, isText])) &&
    areAll(adapters, (each) => isTuple(each, [isSlot, isSlot, isCount])) &&
    areAll(freeSlots, isSlot) &&
    typeof offsets === "object" &&
    offsets !== null &&
    Object.values(offsets).every(Number.isSafeInteger)
  );
}

function areAll<T>(values: unknown, isGood: (value: T) => boolean): boolean {
  return Array.isArray(values) && values.every((value) => isGood(value as T));
}

function isTuple(value: unknown, parts: readonly ((part: unknown) => boolean)[]): boolean {
  return (
    Array.isArray(value) &&
    value.length === parts.length &&
    parts.every((isGood, i) => isGood(value[i]))
  );
}

function isSpan(start: unknown, length: unknown, end: number): boolean {
  return isCount(start) && isCount(length) && start + length <= end;
}
