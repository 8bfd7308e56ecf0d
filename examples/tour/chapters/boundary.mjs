export const TITLE = "The boundary: what one crossing costs";

const CALLS = 20_000;
const FLOATS = 1_000_000;

/** Calls in both directions, and a large array that is shared instead of sent value by value. */
export async function run(pyodide, report) {
  const boundary = pyodide.pyimport("boundary");
  let calls = 0;
  const count = () => {
    calls += 1;
  };

  const { successor } = boundary;
  const inward = perCall(() => {
    for (let n = 0; n < CALLS; n += 1) successor(n);
  });
  const outward = perCall(() => boundary.call_often(count, CALLS));
  const values = Float64Array.from({ length: FLOATS }, (_, at) => at / FLOATS);
  const sum = await report.time("sum of a million doubles in Python", () => boundary.total(values));

  report.table(
    ["direction", "µs a call"],
    [
      ["JavaScript calls Python", inward],
      ["Python calls JavaScript", outward],
    ],
  );
  successor.destroy();
  return { calls, sum };
}

/** Microseconds for each of the calls that a function makes. */
function perCall(call) {
  const startMs = performance.now();
  call();
  return ((performance.now() - startMs) * 1000) / CALLS;
}
