/** Where an entry of the prompt ends: decided in the page, which cannot wait for Python with each key. */

export const INDENT = "    ";

const BLOCK =
  /^(@|(async\s+)?(def|for|with)\b|(if|while|try|class|match|else|elif|except|finally|case)\b)/;

/**
 * Whether an entry goes on in a further line when Enter is pressed behind it, by the rules of Python's own prompt: a bracket or
 * a text is open, a block has begun, or its last line belongs to a block (an empty line ends that).
 */
export function goesOn(source: string): boolean {
  const { code, openBrackets, openText } = scan(source);
  if (openText || openBrackets > 0 || code.endsWith("\\") || opensBlock(code)) return true;
  const lines = code.split("\n");
  if (lines.at(-1)?.trim() === "") return false;
  const statement = lines.findLast((line) => /^\S/.test(line)) ?? "";
  return BLOCK.test(statement) && (lines.length > 1 || statement.startsWith("@"));
}

/** What the line behind `source` begins with: the indentation of its last line, one step more behind a colon. */
export function nextIndent(source: string): string {
  const { code, openBrackets, openText } = scan(source);
  if (openText) return "";
  const indent = /^\s*/.exec(source.slice(source.lastIndexOf("\n") + 1))?.[0] ?? "";
  return opensBlock(code) && openBrackets === 0 ? indent + INDENT : indent;
}

function opensBlock(code: string): boolean {
  return code.trimEnd().endsWith(":");
}

interface Scan {
  /** The source without comments, and with the inside of texts as dots. */
  code: string;
  openBrackets: number;
  /** Whether a text of several lines is open. */
  openText: boolean;
}

function scan(source: string): Scan {
  const tokens = /'''|"""|\\[^]|#[^\n]*|[^]/g;
  const found: Scan = { code: "", openBrackets: 0, openText: false };
  let quote = "";
  for (const [token] of source.matchAll(tokens)) {
    const ends = token === quote || (quote.length === 1 && token === "\n");
    if (quote !== "") {
      found.code += ends ? token : ".".repeat(token.length);
      if (ends) quote = "";
      continue;
    }
    if (/^('''|"""|"|')$/.test(token)) quote = token;
    if (/^[([{]$/.test(token)) found.openBrackets += 1;
    if (/^[)\]}]$/.test(token)) found.openBrackets -= 1;
    if (!token.startsWith("#")) found.code += token;
  }
  found.openText = quote.length === 3;
  return found;
}
