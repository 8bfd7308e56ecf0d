/** One enumerant: its name, its ordinal, and the comment that follows it in the schema. */
export interface Enumerant {
  readonly name: string;
  readonly ordinal: number;
  readonly comment: string;
}

/** An enum of the schema, with its enumerants in the order of their ordinals. */
export interface EnumType {
  readonly name: string;
  readonly comment: string;
  readonly enumerants: readonly Enumerant[];
}

/** A number of the schema that has a name. */
export interface ConstType {
  readonly name: string;
  readonly comment: string;
  readonly value: number;
}

/** The numbers that Cap'n Proto lays out in the data section of a struct. */
export type Scalar =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float32"
  | "float64";

/** A type that belongs to a module: `file` is the schema that defines it. */
export interface TypeName {
  readonly file: string;
  readonly name: string;
}

/** What a field holds. `offset` of a scalar counts in its own size, of the others in pointers. */
export type FieldType =
  | { readonly kind: "scalar"; readonly scalar: Scalar; readonly enumName?: TypeName }
  | { readonly kind: "text" }
  | { readonly kind: "data" }
  | { readonly kind: "struct"; readonly name: TypeName; readonly size: StructSize }
  | { readonly kind: "list"; readonly element: FieldType }
  /** A group marked `$text`; `encodingOffset` counts in units of 16 bits. */
  | { readonly kind: "exactText"; readonly encodingOffset: number };

export interface Field {
  readonly name: string;
  readonly comment: string;
  readonly type: FieldType;
  readonly offset: number;
}

/** A member of a union. A member that is a group has its fields, a Void one none, any other itself. */
export interface Variant {
  readonly name: string;
  readonly comment: string;
  readonly tag: number;
  readonly fields: readonly Field[];
}

export interface StructSize {
  readonly dataWords: number;
  readonly pointers: number;
}

export interface StructType {
  readonly name: string;
  readonly comment: string;
  readonly size: StructSize;
  /** Fields outside the union. */
  readonly fields: readonly Field[];
  readonly union:
    | {
        /** Of the tag, in units of 16 bits. */
        readonly offset: number;
        readonly variants: readonly Variant[];
        /** Tags of later versions are told to the reader. */
        readonly isOpen: boolean;
      }
    | undefined;
}

/** One file that the compiler was asked to generate code for. */
export interface SchemaFile {
  /** As on the command line, less the source prefix. */
  readonly filename: string;
  readonly consts: readonly ConstType[];
  readonly enums: readonly EnumType[];
  readonly structs: readonly StructType[];
}
