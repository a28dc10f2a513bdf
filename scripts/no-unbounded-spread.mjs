/**
 * Lint rule: no spread of a list of unknown length into a call. Such a call overflows the stack
 * from about a hundred thousand items on, and how many there are is often for a document to say.
 * Tuples pass, as does a rest parameter that is handed on: its caller was looked at.
 */
export const noUnboundedSpread = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      unbounded:
        "a call takes only so many arguments, and this list may hold more: use append() or largest() of util, or a loop",
    },
  },
  create(context) {
    const { parserServices } = context.sourceCode;
    const checker = parserServices.program.getTypeChecker();
    const check = (call) => {
      for (const argument of call.arguments) {
        if (argument.type !== "SpreadElement") continue;
        const type = parserServices.getTypeAtLocation(argument.argument);
        const isTuple =
          checker.isTupleType(type) && !type.target.hasRestElement;
        if (!isTuple && !isRestParameter(context, argument.argument))
          context.report({ node: argument, messageId: "unbounded" });
      }
    };
    return { CallExpression: check, NewExpression: check };
  },
};

function isRestParameter(context, node) {
  if (node.type !== "Identifier") return false;
  let scope = context.sourceCode.getScope(node);
  while (scope !== null && !scope.set.has(node.name)) scope = scope.upper;
  const [definition] = scope?.set.get(node.name)?.defs ?? [];
  return (
    definition?.type === "Parameter" &&
    definition.name.parent.type === "RestElement"
  );
}
