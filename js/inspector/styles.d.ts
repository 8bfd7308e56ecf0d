/** Styles, which the bundler takes in as texts. */
declare module "*.css" {
  const text: string;
  export default text;
}
