import { Unsupported } from "../proxy/errors.ts";

/** A member of the API that this version does not have yet: it rejects and says what is missing. */
export function missingMember(name: string, what: string) {
  return async (..._args: unknown[]): Promise<never> => {
    throw new Unsupported(`pyodide.${name}: this version of krait does not have ${what} yet`);
  };
}
