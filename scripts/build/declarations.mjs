/**
 * Gathers what the library gives out, and what that is made of, from declarations of many modules
 * into one file. What nobody can reach is left out, and so is every file but one.
 */
import { sep } from "node:path";
import ts from "typescript";

/**
 * @param entry - the declarations of the surface, as tsc wrote them.
 * @param folder - of the declarations that belong to us.
 * @returns the text of one file of declarations.
 * @throws Error where the surface names a package: its users may not have it.
 */
export function gatherDeclarations(entry, folder) {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: ["node"],
  });
  const checker = program.getTypeChecker();
  const surface = checker.getSymbolAtLocation(program.getSourceFile(entry));
  const gathered = new Gathering(checker, folder);
  const exported = checker
    .getExportsOfModule(surface)
    .map((symbol) => [gathered.nameOf(symbol), symbol.name]);
  return `${gathered.text()}\nexport { ${exported
    .map(([name, as]) => (name === as ? name : `${name} as ${as}`))
    .sort()
    .join(", ")} };\n`;
}

class Gathering {
  #names = new Map();
  #taken = new Set();
  #platform = new Map();
  #statements = [];
  #path = [];

  constructor(checker, folder) {
    this.checker = checker;
    this.folder = folder.replaceAll(sep, "/");
  }

  text() {
    const imports = [...this.#platform].map(
      ([from, names]) =>
        `import type { ${[...names].sort().join(", ")} } from ${from};\n`,
    );
    return [...imports.sort(), ...this.#statements].join("");
  }

  /** The name that a symbol has in the one file; what declares it goes there, too. */
  nameOf(named) {
    const symbol = this.#target(named);
    const known = this.#names.get(symbol);
    if (known !== undefined) return known;
    let name = symbol.name;
    for (let count = 2; this.#taken.has(name); count += 1)
      name = `${symbol.name}${String(count)}`;
    this.#taken.add(name);
    this.#names.set(symbol, name);
    this.#path.push(name);
    for (const declaration of symbol.declarations)
      this.#statements.push(this.#printed(statementOf(declaration)));
    this.#path.pop();
    return name;
  }

  #target(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias
      ? this.checker.getAliasedSymbol(symbol)
      : symbol;
  }

  /** A statement without `export`, with the names of the one file. */
  #printed(statement) {
    const source = statement.getSourceFile();
    const start = statement.getStart(source, true);
    const edits = [];
    const visit = (node) => {
      if (ts.isImportTypeNode(node)) {
        const symbol = this.checker.getSymbolAtLocation(node.qualifier);
        edits.push([
          node.getStart(source),
          node.qualifier.end,
          this.nameOf(symbol),
        ]);
        node.typeArguments?.forEach(visit);
        return;
      }
      if (ts.isIdentifier(node)) {
        const name = this.#replaced(node);
        if (name !== undefined && name !== node.text)
          edits.push([node.getStart(source), node.end, name]);
      }
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(statement, visit);
    for (const modifier of statement.modifiers ?? [])
      if (modifier.kind === ts.SyntaxKind.ExportKeyword)
        edits.push([modifier.getStart(source), modifier.end + 1, ""]);
    let text = source.text.slice(start, statement.end);
    for (const [from, to, by] of edits.sort((a, b) => b[0] - a[0]))
      text = text.slice(0, from - start) + by + text.slice(to - start);
    return `${text}\n`;
  }

  /** What an identifier is to be called; `undefined` where it names nothing of another place. */
  #replaced(node) {
    const found = this.checker.getSymbolAtLocation(node);
    if (found === undefined) return undefined;
    const symbol = this.#target(found);
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) return undefined;
    const file = declaration.getSourceFile().fileName;
    if (file.startsWith(this.folder))
      return statementOf(declaration) === undefined
        ? undefined
        : this.nameOf(symbol);
    if (found === symbol) return undefined;
    const specifier = found.declarations[0];
    const from = specifier.parent.parent.parent.moduleSpecifier.getText();
    if (!from.startsWith('"node:'))
      throw new Error(
        `the library's surface names ${symbol.name} of ${from}, by ${this.#path.join(" > ")}: mark one of them @internal`,
      );
    this.#platform.set(
      from,
      (this.#platform.get(from) ?? new Set()).add(symbol.name),
    );
    return symbol.name;
  }
}

/** The statement of a file that declares this; `undefined` for what is declared inside of one. */
function statementOf(declaration) {
  const statement = ts.isVariableDeclaration(declaration)
    ? declaration.parent.parent
    : declaration;
  return ts.isSourceFile(statement.parent) ? statement : undefined;
}
