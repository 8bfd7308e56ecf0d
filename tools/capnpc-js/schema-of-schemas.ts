// The few things of capnp-es that the generator needs. A module of its own, so that one place changes with the library.
export { Message } from "capnp-es";
export type {
  Field as FieldNode,
  Node,
  Node_SourceInfo as SourceInfo,
  Type as TypeNode,
} from "capnp-es/capnp/schema";
export { CodeGeneratorRequest } from "capnp-es/capnp/schema";
