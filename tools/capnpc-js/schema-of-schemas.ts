// The two things of capnp-es that the generator needs. A module of its own, so that one place changes with the library.
export { Message } from "capnp-es";
export { CodeGeneratorRequest } from "capnp-es/capnp/schema";
