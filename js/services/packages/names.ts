/** The form under which names of packages are looked up (PK-normalize). */
export function normalize(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

/** Whether a text is a name alone: no version, no extra, no address. */
export function isBareName(text: string): boolean {
  return /^[a-z0-9]([\w.-]*[a-z0-9])?$/i.test(text);
}

/** What a wheel's file name tells. */
export interface WheelName {
  readonly fileName: string;
  readonly name: string;
  readonly version: string;
}

/**
 * @param location path or URL of a wheel
 * @throws {Error} when its last part is not named as wheels are
 */
export function wheelNameOf(location: string): WheelName {
  const path = location.replace(/[?#].*$/, "");
  const fileName = decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
  const [name, version, ...tags] = fileName.replace(/\.whl$/, "").split("-");
  if (!name || !version || tags.length < 3) {
    throw new Error(
      `'${fileName}' is not named as a wheel: name-version-python-abi-platform.whl is expected`,
    );
  }
  return { fileName, name, version };
}
