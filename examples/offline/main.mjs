import { loadPyodide } from "../krait/pyodide.mjs";

const status = document.querySelector("#status");
const question = document.querySelector("#question");

navigator.serviceWorker?.register("sw.js");
const pyodide = await loadPyodide();
const evaluate = pyodide.runPython(`
import ast, operator

OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.USub: operator.neg,
}

def evaluate(text):
    """The value of an expression of numbers, as text."""
    def value(node):
        match node:
            case ast.Expression(body=body): return value(body)
            case ast.Constant(value=int() | float()): return node.value
            case ast.UnaryOp(op=op, operand=operand): return OPERATORS[type(op)](value(operand))
            case ast.BinOp(left=left, op=op, right=right): return OPERATORS[type(op)](value(left), value(right))
        raise ValueError("only numbers can be computed")
    return str(value(ast.parse(text, mode="eval")))

evaluate
`);

function answer() {
  try {
    document.querySelector("#answer").textContent = `= ${evaluate(question.value)}`;
    status.textContent = "ready";
  } catch (error) {
    status.textContent = error.message.trim().split("\n").at(-1);
  }
}

question.addEventListener("input", answer);
answer();
await navigator.serviceWorker?.ready;
