import OutageSyntax

/// What a name at the top of a script stands for; the payload is an index into the declarations of its sort.
enum Symbol {
  case param(Int)
  case constant(Int)
  case function(Int)
  case external(Int)
  case policy(Int)
  case node(Int)
  case measure(Int)

  var phrase: String {
    switch self {
    case .param: "a parameter"
    case .constant: "a constant"
    case .function, .external: "a function"
    case .policy: "a policy"
    case .node: "a node"
    case .measure: "a measure"
    }
  }
}

/// What a name inside a body stands for.
enum Binding {
  /// A `let`, loop variable or parameter of a handler.
  case local(Int)
  /// A loop variable over the elements of a node.
  case element(NodeReference)
  /// A parameter of a function that is being expanded: index into `Checker.arguments`.
  case argument(Int)
}

/// An argument of a function that is being expanded in place.
struct ExpandedArgument {
  var value: CheckedExpression
  /// Nodes of the expression, counted against the limit of expansion.
  var size: Int
  var draws: Bool
  var uses = 0
}
