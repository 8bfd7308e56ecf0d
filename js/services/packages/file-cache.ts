/** Where files of packages are kept between programs. */
export interface FileCache {
  /** For messages. */
  readonly place: string;
  /** The file of that name, or undefined. */
  read(fileName: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Keeps a file; never half of it. A cache that is full or not writable keeps nothing. */
  write(fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}
