export const TITLE = "Proxies: Python objects in JavaScript's clothes";

/** Generators are iterable, dicts answer get and set, objects have attributes and methods, functions can be called. */
export async function run(pyodide, report) {
  const proxies = pyodide.pyimport("proxies");

  const generator = proxies.fibonacci();
  const numbers = [];
  for (const number of generator) {
    if (number > 100) break;
    numbers.push(number);
  }
  generator.destroy();
  report.say(`a Python generator in for…of: ${numbers.join(" ")}`);

  const stock = proxies.Stock();
  stock.add("apples", 12);
  stock.counts.set("pears", 7);
  const total = stock.total();
  report.say(`a Python object: ${stock} with ${stock.length} kinds, ${total} pieces`);

  // `using` or destroy() gives the memory back at once; else the garbage collector does.
  stock.counts.destroy();
  stock.destroy();

  const big = proxies.factorial(25);
  report.say(`an int past 2**53 is a BigInt: ${big}`);
  return { numbers, total, big: String(big) };
}
