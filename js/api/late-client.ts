import { Status } from "#vocabulary";
import type { KernelClient } from "../kernel/kernel-module.ts";

/** What the kernel's imports do before there is a link: nothing of JavaScript can be reached yet. */
export class LateClient implements KernelClient {
  #client: KernelClient | undefined;
  quick: KernelClient["quick"];

  connect(client: KernelClient): void {
    this.#client = client;
    this.quick = client.quick;
  }

  ask(...call: Parameters<KernelClient["ask"]>): number {
    return this.#client === undefined ? Status.failed : this.#client.ask(...call);
  }

  release(...call: Parameters<KernelClient["release"]>): void {
    this.#client?.release(...call);
  }

  schedule(...call: Parameters<KernelClient["schedule"]>): void {
    this.#client?.schedule(...call);
  }

  switches(): number {
    return this.#client?.switches() ?? 0;
  }

  async suspend(...call: Parameters<KernelClient["suspend"]>): Promise<void> {
    await this.#client?.suspend(...call);
  }

  wake(...call: Parameters<KernelClient["wake"]>): void {
    this.#client?.wake(...call);
  }

  failed(...call: Parameters<KernelClient["failed"]>): void {
    this.#client?.failed(...call);
  }
}
