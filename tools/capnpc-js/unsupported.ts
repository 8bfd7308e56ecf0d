/** The schema has something that the generator does not write code for. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
}
