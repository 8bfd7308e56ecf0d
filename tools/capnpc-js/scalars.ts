import type { Scalar } from "./model.ts";
import { Unsupported } from "./unsupported.ts";

/** Bytes of a scalar; a bool has an eighth of one. */
export function bytesOf(scalar: Scalar): number {
  switch (scalar) {
    case "bool":
      return 1 / 8;
    case "int8":
    case "uint8":
      return 1;
    case "int16":
    case "uint16":
      return 2;
    case "int32":
    case "uint32":
    case "float32":
      return 4;
    case "int64":
    case "uint64":
    case "float64":
      return 8;
  }
}

/** The code that Cap'n Proto gives to the size of list elements. */
export function elementCode(scalar: Scalar): number {
  switch (bytesOf(scalar)) {
    case 1:
      return 2;
    case 2:
      return 3;
    case 4:
      return 4;
    case 8:
      return 5;
    default:
      throw new Unsupported("a list of bools");
  }
}

/** An expression that reads a scalar; `view`, `r` are in scope. */
export function readScalar(scalar: Scalar, address: string, bit = 0): string {
  switch (scalar) {
    case "bool":
      return `(view.getUint8(${address}) & ${1 << bit}) !== 0`;
    case "int8":
      return `view.getInt8(${address})`;
    case "uint8":
      return `view.getUint8(${address})`;
    case "int16":
      return `view.getInt16(${address}, true)`;
    case "uint16":
      return `view.getUint16(${address}, true)`;
    case "int32":
      return `view.getInt32(${address}, true)`;
    case "uint32":
      return `view.getUint32(${address}, true)`;
    case "int64":
      return `r.int64(${address})`;
    case "uint64":
      return `r.uint64(${address})`;
    case "float32":
      return `view.getFloat32(${address}, true)`;
    case "float64":
      return `view.getFloat64(${address}, true)`;
  }
}

/** A statement that writes a scalar at an address that is a multiple of its size; `w` is in scope. */
export function writeScalar(scalar: Scalar, address: string, value: string, bit = 0): string {
  switch (scalar) {
    case "bool":
      return `if (${value}) w.setBit(${address}, ${1 << bit});`;
    case "int8":
    case "uint8":
      return `w.u8[${address}] = ${value};`;
    case "int16":
    case "uint16":
      return `w.u16[(${address}) >>> 1] = ${value};`;
    case "int32":
    case "uint32":
      return `w.u32[(${address}) >>> 2] = ${value};`;
    case "int64":
    case "uint64":
      return `w.int64(${address}, ${value});`;
    case "float32":
      return `w.float32(${address}, ${value});`;
    case "float64":
      return `w.f64[(${address}) >>> 3] = ${value};`;
  }
}
