import { FailureKind, Op } from "#vocabulary";
import { jsonView } from "../json-view.ts";
import { liveTarget } from "../py-state.ts";

/** PX-present.length */
export class LengthTrait {
  get length(): number {
    const target = liveTarget(this);
    return target.link.ask(Op.length, target, []) as number;
  }
}

/** PX-present.get */
export class GetTrait {
  /** `obj[key]`; undefined for KeyError and IndexError (PX-get). */
  get(key: unknown): unknown {
    const target = liveTarget(this);
    return target.link.find(Op.getItem, target, [key], FailureKind.noItem);
  }

  /** A view whose properties are the items, all the way down (PX-asJsJson). */
  asJsJson(): object {
    return jsonView(liveTarget(this));
  }
}

/** PX-present.set */
export class SetTrait {
  set(key: unknown, value: unknown): void {
    const target = liveTarget(this);
    target.link.ask(Op.setItem, target, [key, value]);
  }

  delete(key: unknown): void {
    const target = liveTarget(this);
    target.link.ask(Op.delItem, target, [key]);
  }
}

/** PX-present.has */
export class ContainsTrait {
  has(key: unknown): boolean {
    const target = liveTarget(this);
    return target.link.ask(Op.contains, target, [key]) as boolean;
  }
}
