/** File types in a mode, as POSIX has them. */
const TYPE_MASK = 0o170000;
const TYPES: Readonly<Record<string, number>> = {
  isFile: 0o100000,
  isDir: 0o040000,
  isLink: 0o120000,
  isChrdev: 0o020000,
  isBlkdev: 0o060000,
  isFIFO: 0o010000,
  isSocket: 0o140000,
};

/** The members of `FS` that tell the type of a file from its mode. */
export const FILE_TYPE_TESTS: Readonly<Record<string, (mode: number) => boolean>> =
  Object.fromEntries(
    Object.entries(TYPES).map(([name, type]) => [
      name,
      (mode: number) => (mode & TYPE_MASK) === type,
    ]),
  );
