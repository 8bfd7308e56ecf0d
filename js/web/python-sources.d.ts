/** Python sources, which the bundler takes in as texts. */
declare module "*.py" {
  const text: string;
  export default text;
}
