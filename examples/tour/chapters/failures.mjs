export const TITLE = "Failures: errors cross in both directions";

/** A Python exception is a PythonError here; what is thrown here can be caught in Python. */
export async function run(pyodide, report) {
  const failures = pyodide.pyimport("failures");

  const raised = caught(() => failures.parse_temperature("warm"));
  const lines = raised.message.trim().split("\n");
  report.say(`JavaScript caught a ${raised.name} of type ${raised.type}: ${lines.at(-1)}`);
  report.say(`  raised in ${lines.findLast((line) => line.includes("File ")).trim()}`);

  const thrown = failures.describe_failure(() => {
    throw new RangeError("the sensor is off");
  });
  report.say(`Python caught a JavaScript error: ${thrown}`);

  // A Python exception that passes through JavaScript is, back in Python, the same exception again.
  const station = failures.station_of("Nome", (name) => failures.find_station(name));
  report.say(`Python caught its own error behind JavaScript: ${station}`);

  return { raised: raised.type, thrown, station };
}

function caught(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
