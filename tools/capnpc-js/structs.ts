import type { Field, FieldType, Scalar, StructType, Variant } from "./model.ts";
import { nameOf, type Schema } from "./schema.ts";
import type { FieldNode, Node, TypeNode } from "./schema-of-schemas.ts";
import { Unsupported } from "./unsupported.ts";

/** The discriminant of a field that is in no union. */
const NO_TAG = 0xffff;

/** Makes the model of structs from their nodes, and refuses what no code is written for. */
export class StructReader {
  readonly all: StructType[] = [];
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  add(node: Node): void {
    if (node.struct.isGroup) return;
    const { name } = nameOf(node);
    const { dataWordCount: dataWords, pointerCount: pointers, discriminantCount } = node.struct;
    const fields: Field[] = [];
    const variants: Variant[] = [];
    node.struct.fields.forEach((field, position) => {
      const comment = this.#comment(node, position);
      if (field.discriminantValue === NO_TAG) fields.push(this.#field(field, comment, name));
      else variants.push(this.#variant(field, comment, name));
    });
    const isOpen = this.#isMarked(node, "open");
    const offset = node.struct.discriminantOffset;
    const union = discriminantCount > 0 ? { offset, variants, isOpen } : undefined;
    refuseClashes(name, fields, variants);
    const comment = this.#schema.sources.get(node.id)?.docComment ?? "";
    this.all.push({ name, comment, size: { dataWords, pointers }, fields, union });
  }

  #variant(field: FieldNode, comment: string, owner: string): Variant {
    const { name, discriminantValue: tag } = field;
    if (field._isSlot) {
      const fields = field.slot.type._isVoid ? [] : [this.#slot(field, "", owner)];
      return { name, comment, tag, fields };
    }
    const group = this.#node(field.group.typeId);
    if (this.#isMarkedText(field, group)) {
      return { name, comment, tag, fields: [exactText(name, "", group)] };
    }
    const fields = group.struct.fields.map((member, position) => {
      const memberComment = this.#comment(group, position);
      return this.#field(member, memberComment, `${owner}.${name}`);
    });
    return { name, comment, tag, fields };
  }

  #field(field: FieldNode, comment: string, owner: string): Field {
    if (field.discriminantValue !== NO_TAG) {
      throw new Unsupported(`${owner} has a union inside a group`);
    }
    if (field._isSlot) return this.#slot(field, comment, owner);
    const group = this.#node(field.group.typeId);
    if (this.#isMarkedText(field, group)) return exactText(field.name, comment, group);
    throw new Unsupported(`${owner}.${field.name} is a group outside a union`);
  }

  #slot(field: FieldNode, comment: string, owner: string): Field {
    const { name, slot } = field;
    if (slot.hadExplicitDefault) throw new Unsupported(`${owner}.${name} has a default`);
    return { name, comment, type: this.#type(slot.type, `${owner}.${name}`), offset: slot.offset };
  }

  #type(type: TypeNode, where: string): FieldType {
    if (type._isText) return { kind: "text" };
    if (type._isData) return { kind: "data" };
    if (type._isEnum) {
      return { kind: "scalar", scalar: "uint16", enumName: nameOf(this.#node(type.enum.typeId)) };
    }
    if (type._isStruct) return this.#structType(this.#node(type.struct.typeId));
    if (type._isList) return { kind: "list", element: this.#element(type.list.elementType, where) };
    const scalar = scalarOf(type);
    if (scalar === undefined) throw new Unsupported(`${where} has a type without code`);
    return { kind: "scalar", scalar };
  }

  #element(type: TypeNode, where: string): FieldType {
    const element = this.#type(type, where);
    if (element.kind === "list") throw new Unsupported(`${where} is a list of lists`);
    if (element.kind === "scalar" && element.scalar === "bool") {
      throw new Unsupported(`${where} is a list of bools`);
    }
    return element;
  }

  #structType(node: Node): FieldType {
    const { dataWordCount: dataWords, pointerCount: pointers } = node.struct;
    return { kind: "struct", name: nameOf(node), size: { dataWords, pointers } };
  }

  #isMarkedText(field: FieldNode, group: Node): boolean {
    const isMarked = field.annotations.some((mark) => this.#nameOfMark(mark.id) === "text");
    return isMarked || this.#isMarked(group, "text");
  }

  #isMarked(node: Node, mark: string): boolean {
    return node.annotations.some(({ id }) => this.#nameOfMark(id) === mark);
  }

  #nameOfMark(id: bigint): string {
    return nameOf(this.#node(id)).name;
  }

  #node(id: bigint): Node {
    const node = this.#schema.nodes.get(id);
    if (node === undefined) throw new Unsupported(`the request has no node ${id}`);
    return node;
  }

  #comment(node: Node, position: number): string {
    return this.#schema.sources.get(node.id)?.members.at(position)?.docComment ?? "";
  }
}

/** The one field of a group `$text`. */
function exactText(name: string, comment: string, group: Node): Field {
  const find = (wanted: string): FieldNode => {
    const field = group.struct.fields.find((member) => member.name === wanted);
    if (field === undefined) throw new Unsupported(`the text ${name} has no field ${wanted}`);
    return field;
  };
  const type = { kind: "exactText", encodingOffset: find("encoding").slot.offset } as const;
  return { name, comment, type, offset: find("bytes").slot.offset };
}

function scalarOf(type: TypeNode): Scalar | undefined {
  if (type._isBool) return "bool";
  if (type._isInt8) return "int8";
  if (type._isInt16) return "int16";
  if (type._isInt32) return "int32";
  if (type._isInt64) return "int64";
  if (type._isUint8) return "uint8";
  if (type._isUint16) return "uint16";
  if (type._isUint32) return "uint32";
  if (type._isUint64) return "uint64";
  if (type._isFloat32) return "float32";
  if (type._isFloat64) return "float64";
  return undefined;
}

/** Fields of a group become fields of the struct, so that no two may have one name. */
function refuseClashes(
  owner: string,
  fields: readonly Field[],
  variants: readonly Variant[],
): void {
  const taken = new Set([...fields.map(({ name }) => name), "which"]);
  const clash = variants.flatMap((variant) => variant.fields).find(({ name }) => taken.has(name));
  if (clash !== undefined) throw new Unsupported(`${owner} has two fields ${clash.name}`);
}
