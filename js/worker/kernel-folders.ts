import { mountingNativeFolder, type NativeMount } from "../api/mounts.ts";
import type { RunningKernel } from "../kernel/running-kernel.ts";
import { later } from "../services/fs/steps.ts";

/** Folders of the browser that the client has posted, as file systems of the kernel in this worker. */
export class KernelFolders {
  readonly #kernel: () => RunningKernel;
  readonly #handles = new Map<number, FileSystemDirectoryHandle>();
  readonly #mounts = new Map<number, NativeMount>();
  /** Told when a folder has been posted: its mounting may be asked for before that. */
  readonly #awaited = new Map<number, () => void>();

  constructor(kernel: () => RunningKernel) {
    this.#kernel = kernel;
  }

  posted(number: number, handle: FileSystemDirectoryHandle): void {
    this.#handles.set(number, handle);
    this.#awaited.get(number)?.();
  }

  /** @throws as `mountingNativeFolder`, later */
  async mount(number: number, path: string): Promise<void> {
    const { FS } = this.#kernel();
    const handle = await this.#handleOf(number);
    this.#mounts.set(number, await later(mountingNativeFolder(FS, path, handle)));
  }

  /** Carries over what Python changed. */
  async sync(number: number): Promise<void> {
    await this.#mounts.get(number)?.syncfs();
  }

  async #handleOf(number: number): Promise<FileSystemDirectoryHandle> {
    if (!this.#handles.has(number)) {
      await new Promise<void>((resolve) => this.#awaited.set(number, resolve));
    }
    const handle = this.#handles.get(number) as FileSystemDirectoryHandle;
    this.#handles.delete(number);
    this.#awaited.delete(number);
    return handle;
  }
}
