/** Helpers for POSIX paths, as text alone (FS-PATH). */
export function makePath() {
  const isAbs = (path: string): boolean => path.startsWith("/");

  /** Takes `.` and `..` away. @param mayClimb keep `..` that lead above the first part */
  function normalizeArray(parts: readonly string[], mayClimb: boolean): string[] {
    const kept: string[] = [];
    for (const part of parts) {
      if (part === "" || part === ".") continue;
      if (part !== "..") kept.push(part);
      else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
      else if (mayClimb) kept.push(part);
    }
    return kept;
  }

  function normalize(path: string): string {
    const parts = normalizeArray(path.split("/"), !isAbs(path));
    const end = parts.length > 0 && path.endsWith("/") ? "/" : "";
    return (isAbs(path) ? "/" : "") + parts.join("/") + end || ".";
  }

  function splitPath(path: string): string[] {
    const cut = path.lastIndexOf("/") + 1;
    const [root, name] = [isAbs(path) ? "/" : "", path.slice(cut)];
    const dot = name.lastIndexOf(".");
    return [root, path.slice(root.length, cut), name, dot > 0 ? name.slice(dot) : ""];
  }

  return {
    isAbs,
    splitPath,
    normalizeArray,
    normalize,
    dirname: (path: string): string => {
      const [root = "", folder = ""] = splitPath(path);
      return root + folder.replace(/\/$/, "") || ".";
    },
    basename: (path: string): string => path.replace(/\/+$/, "").split("/").at(-1) || "/",
    join: (...paths: string[]): string => normalize(paths.join("/")),
    join2: (left: string, right: string): string => normalize(`${left}/${right}`),
  };
}
